#ifndef CLIENTELE_COMMON_INFERENCE_TASKS_IMAGE_ENCODER_H_
#define CLIENTELE_COMMON_INFERENCE_TASKS_IMAGE_ENCODER_H_

// Pictures to vectors, and to labels where the model knows some: batches and runs the
// IMAGE_ENCODER that a handle serves.
//
//   CLIENTELE_ASSIGN_OR_RETURN(auto encoder, ImageEncoder::Create({.handle = handle.get()}));
//   CLIENTELE_ASSIGN_OR_RETURN(EncodedImages encoded, encoder->Encode(context, {image}));
//
// Pictures are decoded and scaled already; those of one size are computed together. All go to the
// handle's stable version: vectors of two versions do not compare (see text_encoder.h).
// Thread-safe. No torch here.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "common/batching/batch_policy.h"
#include "common/executor/request_context.h"
#include "common/inference/tasks/class_labels.h"
#include "common/inference/tasks/image_row.h"
#include "common/inference/tasks/row_batcher.h"
#include "common/inference/tasks/row_model.h"
#include "common/inference/tasks/task_options.h"

namespace clientele::inference {

struct EncodedImage {
  // As the model gives it: not normalized.
  std::vector<float> vector;
  // Every label of the model, the most probable first; none where it names none.
  std::vector<LabelProbability> labels;
};

// A version that can encode pictures: its vectors have a fixed length, and its classes, where it
// has some, have labels. A picture in, vector and labels out.
class ImageEncoderModel final : public LoadedRowModel<ImageRow, EncodedImage> {
 public:
  static constexpr model::v1::Task kTask = model::v1::TASK_IMAGE_ENCODER;

  // FAILED_PRECONDITION says what the bundle lacks.
  static absl::StatusOr<std::shared_ptr<const ImageEncoderModel>> Open(
      std::shared_ptr<const LoadedModel> model);

  // Length of a vector.
  int dimension() const;
  // Of the pictures that it takes; -1: any.
  std::int64_t height() const { return loaded().manifest().inputs(0).shape(2); }
  std::int64_t width() const { return loaded().manifest().inputs(0).shape(3); }
  // INVALID_ARGUMENT for a picture of another size, or whose pixels do not fill it.
  absl::Status Check(const ImageRow& image) const;

  std::int64_t Length(const ImageRow& image) const override { return image.height * image.width; }
  absl::StatusOr<std::vector<EncodedImage>> Compute(
      absl::Span<const ImageRow* const> images) const override;

 private:
  using LoadedRowModel::LoadedRowModel;
};

using ImageEncoderOptions = TaskOptions<ImageEncoderModel>;

struct EncodedImages {
  std::string model_id;  // "name/version": vectors of different ids do not compare
  std::vector<EncodedImage> images = {};
};

class ImageEncoder {
 public:
  // INVALID_ARGUMENT without a handle of the task.
  static absl::StatusOr<std::unique_ptr<ImageEncoder>> Create(const ImageEncoderOptions& options);
  // Answers what was accepted, then joins.
  ~ImageEncoder() = default;

  // All by one version of the model. Blocks the calling worker. Errors: INVALID_ARGUMENT as
  // ImageEncoderModel::Check(), UNAVAILABLE (reason MODEL_UNAVAILABLE), RESOURCE_EXHAUSTED at once
  // when the queue is full, DEADLINE_EXCEEDED and CANCELLED without computing, INTERNAL when the
  // model fails.
  absl::StatusOr<EncodedImages> Encode(const RequestContext& context,
                                       absl::Span<const ImageRow> images) const;

  // Of the version that serves now: "name/version"; empty when none serves.
  std::string model_id() const;

  batching::BatchStats stats() const { return batcher_.stats(); }

 private:
  explicit ImageEncoder(const ImageEncoderOptions& options);

  const ModelHandle<ImageEncoderModel>* const handle_;
  const Clock* const clock_;
  const RowBatcher<ImageRow, EncodedImage> batcher_;
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TASKS_IMAGE_ENCODER_H_

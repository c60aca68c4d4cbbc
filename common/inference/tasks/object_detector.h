#ifndef CLIENTELE_COMMON_INFERENCE_TASKS_OBJECT_DETECTOR_H_
#define CLIENTELE_COMMON_INFERENCE_TASKS_OBJECT_DETECTOR_H_

// Pictures to the objects in them: batches and runs the OBJECT_DETECTOR that a handle serves.
//
//   CLIENTELE_ASSIGN_OR_RETURN(auto detector, ObjectDetector::Create({.handle = handle.get()}));
//   CLIENTELE_ASSIGN_OR_RETURN(DetectedImages detected, detector->Detect(context, {image}));
//
// Pictures are decoded already; the model scales them itself. Those of one size are computed
// together. Thread-safe. No torch here.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "common/batching/batch_policy.h"
#include "common/executor/request_context.h"
#include "common/inference/tasks/image_row.h"
#include "common/inference/tasks/row_batcher.h"
#include "common/inference/tasks/row_model.h"
#include "common/inference/tasks/task_options.h"

namespace clientele::inference {

// The edges are in pixels of the picture as it was given, within it.
struct DetectedObject {
  std::string label;
  float score = 0;  // 0 to 1
  float left = 0;
  float top = 0;
  float right = 0;
  float bottom = 0;
};

// By score, highest first.
using DetectedObjects = std::vector<DetectedObject>;

// A version that can detect.
class ObjectDetectorModel final : public LoadedRowModel<ImageRow, DetectedObjects> {
 public:
  static constexpr model::v1::Task kTask = model::v1::TASK_OBJECT_DETECTOR;
  // The surest ones; what a model finds beyond is dropped.
  static constexpr std::size_t kMostObjects = 100;

  // FAILED_PRECONDITION says what the bundle lacks.
  static absl::StatusOr<std::shared_ptr<const ObjectDetectorModel>> Open(
      std::shared_ptr<const LoadedModel> model);

  // Of the pictures that it takes; -1: any.
  std::int64_t height() const { return loaded().manifest().inputs(0).shape(2); }
  std::int64_t width() const { return loaded().manifest().inputs(0).shape(3); }

  std::int64_t Length(const ImageRow& image) const override { return image.height * image.width; }
  absl::StatusOr<std::vector<DetectedObjects>> Compute(
      absl::Span<const ImageRow* const> images) const override;

 private:
  using LoadedRowModel::LoadedRowModel;
};

using ObjectDetectorOptions = TaskOptions<ObjectDetectorModel>;

struct DetectedImages {
  std::string model_id;  // "name/version"
  std::vector<DetectedObjects> images = {};
};

class ObjectDetector {
 public:
  // INVALID_ARGUMENT without a handle of the task.
  static absl::StatusOr<std::unique_ptr<ObjectDetector>> Create(
      const ObjectDetectorOptions& options);
  // Answers what was accepted, then joins.
  ~ObjectDetector() = default;

  // All by one version of the model. Blocks the calling worker. Errors: INVALID_ARGUMENT for a
  // picture that the model does not take, UNAVAILABLE (reason MODEL_UNAVAILABLE),
  // RESOURCE_EXHAUSTED at once when the queue is full, DEADLINE_EXCEEDED and CANCELLED without
  // computing, INTERNAL when the model fails.
  absl::StatusOr<DetectedImages> Detect(const RequestContext& context,
                                        absl::Span<const ImageRow> images) const;
  // Of the version that serves now: "name/version"; empty when none serves.
  std::string model_id() const;

  batching::BatchStats stats() const { return batcher_.stats(); }

 private:
  explicit ObjectDetector(const ObjectDetectorOptions& options);

  const ModelHandle<ObjectDetectorModel>* const handle_;
  const Clock* const clock_;
  const RowBatcher<ImageRow, DetectedObjects> batcher_;
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TASKS_OBJECT_DETECTOR_H_

#ifndef CLIENTELE_COMMON_INFERENCE_TASKS_TEXT_CLASSIFIER_H_
#define CLIENTELE_COMMON_INFERENCE_TASKS_TEXT_CLASSIFIER_H_

// Text to labels: tokenizes, batches and runs the TEXT_CLASSIFIER that a handle serves.
//
//   CLIENTELE_ASSIGN_OR_RETURN(auto classifier, TextClassifier::Create({.handle = handle.get()}));
//   CLIENTELE_ASSIGN_OR_RETURN(ClassifiedTexts classified,
//                              classifier->Classify(context, {"Where is my parcel?"}, customer));
//   classified.texts[0][0].label      // the most probable
//   classified.choices[0].rejected    // whether the text is out of the bundle's scope
//
// Tokens beyond limits.max_tokens are cut off. A canary takes its share. Thread-safe. No torch
// here.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "common/batching/batch_policy.h"
#include "common/executor/request_context.h"
#include "common/inference/tasks/class_labels.h"
#include "common/inference/tasks/label_choice.h"
#include "common/inference/tasks/row_batcher.h"
#include "common/inference/tasks/row_model.h"
#include "common/inference/tasks/task_options.h"
#include "common/inference/tasks/token_row.h"

namespace clientele::inference {

// A version that can classify: it has a tokenizer, a label for each class, and settings that can be
// read where it rejects texts. Tokens in, labels out.
class TextClassifierModel final : public LoadedRowModel<TokenRow, std::vector<LabelProbability>> {
 public:
  static constexpr model::v1::Task kTask = model::v1::TASK_TEXT_CLASSIFIER;

  // FAILED_PRECONDITION says what the bundle lacks.
  static absl::StatusOr<std::shared_ptr<const TextClassifierModel>> Open(
      std::shared_ptr<const LoadedModel> model);

  // What it rejects.
  const RejectionRule& rejection() const { return rejection_; }

  std::int64_t Length(const TokenRow& row) const override { return row.length(); }
  absl::StatusOr<std::vector<Output>> Compute(absl::Span<const Input* const> rows) const override;

 private:
  using LoadedRowModel::LoadedRowModel;

  RejectionRule rejection_;
};

using TextClassifierOptions = TaskOptions<TextClassifierModel>;

struct ClassifiedTexts {
  std::string model_id;  // "name/version"
  // Every label of the model, the most probable first; none for a text without tokens.
  std::vector<std::vector<LabelProbability>> texts = {};
  std::vector<LabelChoice> choices = {};  // of each text, by the model's own rule
};

class TextClassifier {
 public:
  // INVALID_ARGUMENT without a handle of the task.
  static absl::StatusOr<std::unique_ptr<TextClassifier>> Create(
      const TextClassifierOptions& options);
  // Answers what was accepted, then joins.
  ~TextClassifier() = default;

  // All by one version, which `key` chooses (ModelHandle::Choose). Blocks the calling worker.
  // Errors: INVALID_ARGUMENT for text that is not UTF-8, UNAVAILABLE (reason MODEL_UNAVAILABLE),
  // RESOURCE_EXHAUSTED at once when the queue is full, DEADLINE_EXCEEDED and CANCELLED without
  // computing, INTERNAL when the model fails.
  absl::StatusOr<ClassifiedTexts> Classify(const RequestContext& context,
                                           absl::Span<const std::string> texts,
                                           absl::string_view key = {}) const;

  batching::BatchStats stats() const { return batcher_.stats(); }

 private:
  explicit TextClassifier(const TextClassifierOptions& options);

  const ModelHandle<TextClassifierModel>* const handle_;
  const Clock* const clock_;
  const RowBatcher<TokenRow, std::vector<LabelProbability>> batcher_;
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TASKS_TEXT_CLASSIFIER_H_

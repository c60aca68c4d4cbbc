#ifndef CLIENTELE_COMMON_INFERENCE_TASKS_TEXT_RANKER_H_
#define CLIENTELE_COMMON_INFERENCE_TASKS_TEXT_RANKER_H_

// How well passages answer a question: tokenizes the pairs, batches and runs the TEXT_RANKER (a
// cross-encoder) that a handle serves.
//
//   CLIENTELE_ASSIGN_OR_RETURN(auto ranker, TextRanker::Create({.handle = handle.get()}));
//   CLIENTELE_ASSIGN_OR_RETURN(RankedPassages ranked,
//                              ranker->Score(context, question, passages, customer));
//
// What of a passage lies beyond limits.max_tokens, question and separators included, is not seen.
// A canary takes its share. Thread-safe. No torch here.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "common/batching/batch_policy.h"
#include "common/executor/request_context.h"
#include "common/inference/tasks/fitted_numbers.h"
#include "common/inference/tasks/row_batcher.h"
#include "common/inference/tasks/row_model.h"
#include "common/inference/tasks/task_options.h"
#include "common/inference/tasks/token_row.h"

namespace clientele::inference {

// A version that can score pairs: it has a trained tokenizer. Tokens of a pair in, a score out.
class TextRankerModel final : public LoadedRowModel<TokenRow, float> {
 public:
  static constexpr model::v1::Task kTask = model::v1::TASK_TEXT_RANKER;

  // FAILED_PRECONDITION says what the bundle lacks.
  static absl::StatusOr<std::shared_ptr<const TextRankerModel>> Open(
      std::shared_ptr<const LoadedModel> model);

  // Of these scores; never null.
  const std::shared_ptr<const FittedNumbers>& fitted() const { return fitted_; }

  std::int64_t Length(const TokenRow& row) const override { return row.length(); }
  absl::StatusOr<std::vector<float>> Compute(absl::Span<const TokenRow* const> rows) const override;

 private:
  using LoadedRowModel::LoadedRowModel;

  std::shared_ptr<const FittedNumbers> fitted_;
};

using TextRankerOptions = TaskOptions<TextRankerModel>;

struct RankedPassages {
  std::string model_id;  // "name/version"
  // In the order of the passages; higher is better. Those of one version compare.
  std::vector<float> scores = {};
  std::shared_ptr<const FittedNumbers> fitted = {};  // TextRankerModel::fitted
};

class TextRanker {
 public:
  // INVALID_ARGUMENT without a handle of the task.
  static absl::StatusOr<std::unique_ptr<TextRanker>> Create(const TextRankerOptions& options);
  // Answers what was accepted, then joins.
  ~TextRanker() = default;

  // All by one version, which `key` chooses (ModelHandle::Choose). Blocks the calling worker.
  // Errors: INVALID_ARGUMENT for text that is not UTF-8 or a question that is too long,
  // UNAVAILABLE (reason MODEL_UNAVAILABLE), RESOURCE_EXHAUSTED at once when the queue is full,
  // DEADLINE_EXCEEDED and CANCELLED without computing, INTERNAL when the model fails.
  absl::StatusOr<RankedPassages> Score(const RequestContext& context, absl::string_view question,
                                       absl::Span<const std::string> passages,
                                       absl::string_view key = {}) const;

  batching::BatchStats stats() const { return batcher_.stats(); }

 private:
  explicit TextRanker(const TextRankerOptions& options);

  const ModelHandle<TextRankerModel>* const handle_;
  const Clock* const clock_;
  const RowBatcher<TokenRow, float> batcher_;
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TASKS_TEXT_RANKER_H_

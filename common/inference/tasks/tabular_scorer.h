#ifndef CLIENTELE_COMMON_INFERENCE_TASKS_TABULAR_SCORER_H_
#define CLIENTELE_COMMON_INFERENCE_TASKS_TABULAR_SCORER_H_

// Rows of features to scores: batches and runs the RANKER that a handle serves.
//
//   const std::vector<std::string> known = {"price", "stars"};   // what the caller computes
//   auto handle = OpenModel<TabularModel>(..., TabularModel::Reads(known));
//   CLIENTELE_ASSIGN_OR_RETURN(auto scorer, TabularScorer::Create({.handle = handle->get()}));
//   CLIENTELE_ASSIGN_OR_RETURN(ScoredRows scored, scorer->Score(context, {{9.5F, 4}}, customer));
//
// A version may read the features that its caller computes in another order, or some of them: it
// names them (settings.features) and gets those, so that none is read by its place alone. A
// category is given as its index in the caller's vocabulary; what is not known is NaN.
//
// A canary takes its share. Thread-safe. No torch here.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "common/batching/batch_policy.h"
#include "common/executor/request_context.h"
#include "common/inference/tasks/row_batcher.h"
#include "common/inference/tasks/row_model.h"
#include "common/inference/tasks/task_options.h"

namespace clientele::inference {

using FeatureRow = std::vector<float>;

// A version whose features the caller computes. The caller's features in, a score out.
class TabularModel final : public LoadedRowModel<FeatureRow, float> {
 public:
  static constexpr model::v1::Task kTask = model::v1::TASK_RANKER;

  // The opener for a caller that computes `features`, in this order. It is FAILED_PRECONDITION,
  // so that the version is rejected, for a bundle that does not name its features, or reads one
  // that is not among them.
  static ServableOpener<TabularModel> Reads(std::vector<std::string> features);

  // How many features a row of the caller has.
  std::size_t width() const { return width_; }

  std::int64_t Length(const FeatureRow&) const override { return 1; }
  absl::StatusOr<std::vector<float>> Compute(
      absl::Span<const FeatureRow* const> rows) const override;

 private:
  TabularModel(std::shared_ptr<const LoadedModel> model, std::size_t width,
               std::vector<std::size_t> columns);
  static absl::StatusOr<std::shared_ptr<const TabularModel>> OpenFor(
      const std::vector<std::string>& features, std::shared_ptr<const LoadedModel> model);

  const std::size_t width_;
  const std::vector<std::size_t> columns_;  // of the caller's row, in the model's order
};

using TabularScorerOptions = TaskOptions<TabularModel>;

struct ScoredRows {
  std::string model_id;  // "name/version"
  // In the order of the rows; higher is better. Those of one version compare.
  std::vector<float> scores = {};
};

class TabularScorer {
 public:
  // INVALID_ARGUMENT without a handle of the task.
  static absl::StatusOr<std::unique_ptr<TabularScorer>> Create(const TabularScorerOptions& options);
  // Answers what was accepted, then joins.
  ~TabularScorer() = default;

  // All by one version, which `key` chooses (ModelHandle::Choose). Blocks the calling worker.
  // Errors: INVALID_ARGUMENT for a row of another width, UNAVAILABLE (reason MODEL_UNAVAILABLE),
  // RESOURCE_EXHAUSTED at once when the queue is full, DEADLINE_EXCEEDED and CANCELLED without
  // computing, INTERNAL when the model fails.
  absl::StatusOr<ScoredRows> Score(const RequestContext& context, absl::Span<const FeatureRow> rows,
                                   absl::string_view key = {}) const;

  batching::BatchStats stats() const { return batcher_.stats(); }

 private:
  explicit TabularScorer(const TabularScorerOptions& options);

  const ModelHandle<TabularModel>* const handle_;
  const Clock* const clock_;
  const RowBatcher<FeatureRow, float> batcher_;
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TASKS_TABULAR_SCORER_H_

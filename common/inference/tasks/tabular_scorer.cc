#include "common/inference/tasks/tabular_scorer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/inference/model_runner.h"
#include "common/inference/tasks/float_rows.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::inference {

TabularModel::TabularModel(std::shared_ptr<const LoadedModel> model, std::size_t width,
                           std::vector<std::size_t> columns)
    : LoadedRowModel(std::move(model)), width_(width), columns_(std::move(columns)) {}

ServableOpener<TabularModel> TabularModel::Reads(std::vector<std::string> features) {
  return [features = std::move(features)](std::shared_ptr<const LoadedModel> model) {
    return OpenFor(features, std::move(model));
  };
}

absl::StatusOr<std::shared_ptr<const TabularModel>> TabularModel::OpenFor(
    const std::vector<std::string>& features, std::shared_ptr<const LoadedModel> model) {
  const auto& settings = model->manifest().settings();
  const auto named = settings.find("features");
  std::vector<std::size_t> columns;
  if (named != settings.end()) {
    for (const absl::string_view name : absl::StrSplit(named->second, ',')) {
      const auto found = std::find(features.begin(), features.end(), name);
      if (found == features.end()) {
        return absl::FailedPreconditionError(
            absl::StrCat("the model reads a feature that nobody computes: ", name));
      }
      columns.push_back(static_cast<std::size_t>(found - features.begin()));
    }
  }
  const std::int64_t width = model->manifest().inputs(0).shape(1);
  if (static_cast<std::int64_t>(columns.size()) != width) {
    return absl::FailedPreconditionError(absl::StrCat("settings.features names ", columns.size(),
                                                      " features, inputs[0] has ", width));
  }
  return std::shared_ptr<const TabularModel>(
      new TabularModel(std::move(model), features.size(), std::move(columns)));
}

absl::StatusOr<std::vector<float>> TabularModel::Compute(
    absl::Span<const FeatureRow* const> rows) const {
  const auto count = static_cast<std::int64_t>(rows.size());
  at::Tensor features = at::empty({count, static_cast<std::int64_t>(columns_.size())}, at::kFloat);
  float* next = features.data_ptr<float>();
  for (const FeatureRow* row : rows) {
    for (const std::size_t column : columns_) *next++ = (*row)[column];
  }
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<at::Tensor> outputs,
                             loaded().runner().Run("forward", {std::move(features)}));
  return FloatColumn(outputs[0], count);
}

TabularScorer::TabularScorer(const TabularScorerOptions& options)
    : handle_(options.handle), clock_(options.clock), batcher_(options.batcher()) {}

absl::StatusOr<std::unique_ptr<TabularScorer>> TabularScorer::Create(
    const TabularScorerOptions& options) {
  CLIENTELE_RETURN_IF_ERROR(options.Check());
  return std::unique_ptr<TabularScorer>(new TabularScorer(options));
}

absl::StatusOr<ScoredRows> TabularScorer::Score(const RequestContext& context,
                                                absl::Span<const FeatureRow> rows,
                                                absl::string_view key) const {
  CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
  const std::shared_ptr<const TabularModel> model = handle_->Choose(key);
  if (model == nullptr) return ModelUnavailable(handle_->name());
  ScoredRows scored = {.model_id = model->id()};
  CLIENTELE_ASSIGN_OR_RETURN(
      scored.scores, batcher_.Run(context, model, rows.size(),
                                  [&](std::size_t i) -> absl::StatusOr<std::optional<FeatureRow>> {
                                    if (rows[i].size() == model->width()) return rows[i];
                                    return InvalidField(
                                        absl::StrCat("rows[", i, "]"),
                                        absl::StrCat("must have ", model->width(), " features"));
                                  }));
  return scored;
}

}  // namespace clientele::inference

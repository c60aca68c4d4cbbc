#include "common/training/trees/boosted_trees.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/inference/torchscript/kernels/tree_ensemble.h"
#include "common/modeling/trees/xgboost_model.h"
#include "common/status/status_macros.h"
#include "common/training/trees/xgboost_session.h"

namespace clientele::training {
namespace {

using Parameters = std::vector<std::pair<std::string, std::string>>;

// Of a field: splits that single one category out; of more, sets of categories.
constexpr int kMaxOneHotCategories = 64;

absl::Status CheckOptions(const frame::RowMatrix& rows, const BoostedTreesOptions& options) {
  const auto error = [](absl::string_view what) { return absl::InvalidArgumentError(what); };
  if (options.rounds < 1) return error("there must be 1 round or more");
  if (options.max_depth < 1 || options.max_depth > 16) {
    return error("the depth of trees must be 1 to 16");
  }
  if (!(options.learning_rate > 0 && options.learning_rate <= 1)) {
    return error("the learning rate must be above 0 and at most 1");
  }
  const auto is_share = [](double share) { return share > 0 && share <= 1; };
  if (!is_share(options.row_share) || !is_share(options.field_share)) {
    return error("shares of rows and fields must be above 0 and at most 1");
  }
  if (options.min_child_weight < 0 || options.l2 < 0) {
    return error("the least weight of a child and the L2 penalty must not be negative");
  }
  if (options.max_bins < 2) return error("there must be 2 bins or more");
  if (options.monotone.empty()) return absl::OkStatus();
  if (options.monotone.size() != rows.fields.size()) {
    return error("there must be a monotone constraint for each field");
  }
  for (std::size_t f = 0; f < rows.fields.size(); ++f) {
    if (options.monotone[f] < -1 || options.monotone[f] > 1) {
      return error("a monotone constraint must be -1, 0 or 1");
    }
    if (options.monotone[f] != 0 && rows.fields[f].categorical()) {
      return error(
          absl::StrCat("field '", rows.fields[f].name, "' is categorical: it cannot be monotone"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckLabels(absl::Span<const double> labels, const BoostedTreesOptions& options) {
  for (const double label : labels) {
    const bool whole = std::isfinite(label) && label == std::floor(label);
    switch (options.objective) {
      case TreeObjective::kBinary:
        if (label != 0 && label != 1) return absl::InvalidArgumentError("labels must be 0 and 1");
        break;
      case TreeObjective::kClasses:
        if (!whole || label < 0 || label >= options.classes) {
          return absl::InvalidArgumentError(
              absl::StrCat("labels must be 0 to ", options.classes - 1));
        }
        break;
      case TreeObjective::kRegression:
      case TreeObjective::kAbsoluteError:
        if (!std::isfinite(label)) return absl::InvalidArgumentError("labels must be finite");
        break;
      case TreeObjective::kCounts:
        if (!std::isfinite(label) || label < 0) {
          return absl::InvalidArgumentError("labels must be finite and not negative");
        }
        break;
    }
  }
  if (std::all_of(labels.begin(), labels.end(), [&](double y) { return y == labels.front(); })) {
    return absl::InvalidArgumentError("the label is the same in every row: nothing can be learned");
  }
  return absl::OkStatus();
}

absl::Status Check(const frame::RowMatrix& rows, absl::Span<const double> labels,
                   const BoostedTreesOptions& options) {
  if (rows.rows == 0) return absl::InvalidArgumentError("there are no rows to learn from");
  if (rows.fields.empty()) return absl::InvalidArgumentError("there are no fields to learn from");
  if (labels.size() != rows.rows) {
    return absl::InvalidArgumentError("there must be a label for each row");
  }
  if (std::any_of(rows.values.begin(), rows.values.end(),
                  [](double value) { return std::isinf(static_cast<float>(value)); })) {
    return absl::InvalidArgumentError("a value is beyond the range of float32");
  }
  CLIENTELE_RETURN_IF_ERROR(CheckOptions(rows, options));
  return CheckLabels(labels, options);
}

Parameters ParametersOf(const BoostedTreesOptions& options) {
  const auto number = [](double value) { return absl::StrCat(value); };
  Parameters parameters = {
      {"tree_method", "hist"},
      {"eta", number(options.learning_rate)},
      {"max_depth", absl::StrCat(options.max_depth)},
      {"min_child_weight", number(options.min_child_weight)},
      {"subsample", number(options.row_share)},
      {"colsample_bynode", number(options.field_share)},
      {"lambda", number(options.l2)},
      {"max_bin", absl::StrCat(options.max_bins)},
      {"max_cat_to_onehot", absl::StrCat(kMaxOneHotCategories)},
      {"seed", absl::StrCat(options.seed & 0x7fffffffU)},
      {"nthread", absl::StrCat(std::max(1, options.threads))},
      {"verbosity", "0"},
  };
  switch (options.objective) {
    case TreeObjective::kBinary:
      parameters.insert(parameters.end(),
                        {{"objective", "binary:logistic"}, {"eval_metric", "logloss"}});
      break;
    case TreeObjective::kClasses:
      parameters.insert(parameters.end(), {{"objective", "multi:softprob"},
                                           {"num_class", absl::StrCat(options.classes)},
                                           {"eval_metric", "mlogloss"}});
      break;
    case TreeObjective::kRegression:
      parameters.insert(parameters.end(),
                        {{"objective", "reg:squarederror"}, {"eval_metric", "rmse"}});
      break;
    case TreeObjective::kAbsoluteError:
      parameters.insert(parameters.end(),
                        {{"objective", "reg:absoluteerror"}, {"eval_metric", "mae"}});
      break;
    case TreeObjective::kCounts:
      parameters.insert(parameters.end(),
                        {{"objective", "count:poisson"}, {"eval_metric", "poisson-nloglik"}});
      break;
  }
  if (!options.monotone.empty()) {
    parameters.emplace_back("monotone_constraints",
                            absl::StrCat("(", absl::StrJoin(options.monotone, ","), ")"));
  }
  return parameters;
}

int GroupsOf(const BoostedTreesOptions& options) {
  return options.objective == TreeObjective::kClasses ? options.classes : 1;
}

std::vector<double> SelectLabels(absl::Span<const double> labels,
                                 const std::vector<std::size_t>& rows) {
  std::vector<double> selected;
  selected.reserve(rows.size());
  for (const std::size_t row : rows) selected.push_back(labels[row]);
  return selected;
}

// A fold in training.
struct FoldSession {
  XgboostMatrix training;
  XgboostMatrix validation;
  XgboostSession session;
};

absl::StatusOr<FoldSession> StartFold(const frame::RowMatrix& rows, absl::Span<const double> labels,
                                      const frame::Split& fold, const Parameters& parameters) {
  CLIENTELE_ASSIGN_OR_RETURN(
      XgboostMatrix training,
      XgboostMatrix::Create(rows.Select(fold.training), SelectLabels(labels, fold.training)));
  CLIENTELE_ASSIGN_OR_RETURN(
      XgboostMatrix validation,
      XgboostMatrix::Create(rows.Select(fold.validation), SelectLabels(labels, fold.validation)));
  CLIENTELE_ASSIGN_OR_RETURN(XgboostSession session,
                             XgboostSession::Create({&training, &validation}, parameters));
  return FoldSession{std::move(training), std::move(validation), std::move(session)};
}

}  // namespace

absl::StatusOr<BoostedTrees> TrainBoostedTrees(const frame::RowMatrix& rows,
                                               absl::Span<const double> labels,
                                               const BoostedTreesOptions& options) {
  return TrainBoostedTrees(rows, labels, options, [](int) { return absl::OkStatus(); });
}

absl::StatusOr<BoostedTrees> TrainBoostedTrees(const frame::RowMatrix& rows,
                                               absl::Span<const double> labels,
                                               const BoostedTreesOptions& options,
                                               RoundObserver observer) {
  CLIENTELE_RETURN_IF_ERROR(Check(rows, labels, options));
  CLIENTELE_ASSIGN_OR_RETURN(const XgboostMatrix data, XgboostMatrix::Create(rows, labels));
  CLIENTELE_ASSIGN_OR_RETURN(XgboostSession session,
                             XgboostSession::Create({&data}, ParametersOf(options)));
  for (int round = 0; round < options.rounds; ++round) {
    CLIENTELE_RETURN_IF_ERROR(session.Update(round, data));
    CLIENTELE_RETURN_IF_ERROR(observer(round + 1));
  }
  BoostedTrees trees{.rounds = options.rounds};
  CLIENTELE_ASSIGN_OR_RETURN(trees.json, session.ToJson());
  CLIENTELE_ASSIGN_OR_RETURN(trees.ensemble, modeling::ParseXgboostModel(trees.json));
  for (std::size_t f = 0; f < rows.fields.size() && f < trees.ensemble.features.size(); ++f) {
    trees.ensemble.features[f] = rows.fields[f].name;
  }
  return trees;
}

absl::StatusOr<CrossValidation> CrossValidate(const frame::RowMatrix& rows,
                                              absl::Span<const double> labels,
                                              const std::vector<frame::Split>& folds,
                                              const BoostedTreesOptions& options) {
  CLIENTELE_RETURN_IF_ERROR(Check(rows, labels, options));
  if (folds.empty()) return absl::InvalidArgumentError("there are no folds");
  const Parameters parameters = ParametersOf(options);
  std::vector<FoldSession> sessions;
  sessions.reserve(folds.size());
  for (const frame::Split& fold : folds) {
    CLIENTELE_ASSIGN_OR_RETURN(FoldSession started, StartFold(rows, labels, fold, parameters));
    sessions.push_back(std::move(started));
  }
  CrossValidation result{.groups = GroupsOf(options)};
  for (int round = 0; round < options.rounds; ++round) {
    double sum = 0;
    for (FoldSession& fold : sessions) {
      CLIENTELE_RETURN_IF_ERROR(fold.session.Update(round, fold.training));
      CLIENTELE_ASSIGN_OR_RETURN(const double loss, fold.session.Evaluate(round, fold.validation));
      sum += loss;
    }
    const double mean = sum / static_cast<double>(sessions.size());
    if (result.rounds == 0 || mean < result.loss) {
      result.rounds = round + 1;
      result.loss = mean;
    }
    if (options.patience > 0 && round + 1 - result.rounds >= options.patience) break;
  }
  const auto groups = static_cast<std::size_t>(result.groups);
  result.margins.resize(rows.rows * groups);
  for (std::size_t f = 0; f < folds.size(); ++f) {
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<float> margins,
                               sessions[f].session.Margins(sessions[f].validation, result.rounds));
    for (std::size_t i = 0; i < folds[f].validation.size(); ++i) {
      for (std::size_t g = 0; g < groups; ++g) {
        result.margins[folds[f].validation[i] * groups + g] = margins[i * groups + g];
      }
    }
  }
  return result;
}

std::vector<double> MarginsOf(const modeling::TreeEnsemble& ensemble,
                              const frame::RowMatrix& rows) {
  std::vector<double> margins(rows.rows * ensemble.base.size());
  inference::TreeMargins(ensemble.View(), rows.values.data(), static_cast<std::int64_t>(rows.rows),
                         margins.data());
  return margins;
}

}  // namespace clientele::training

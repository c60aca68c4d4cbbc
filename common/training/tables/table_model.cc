#include "common/training/tables/table_model.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/evaluation/calibration.h"
#include "common/evaluation/classification.h"
#include "common/frame/split.h"
#include "common/status/status_macros.h"
#include "common/training/tables/stacked_module.h"

namespace clientele::training {
namespace {

constexpr int kCalibrationBins = 10;

absl::Status CheckTable(const frame::RowMatrix& rows, absl::Span<const int> labels,
                        const TableModelOptions& options) {
  if (labels.size() != rows.rows) {
    return absl::InvalidArgumentError("there must be a label for each row");
  }
  if (!options.groups.empty() && options.groups.size() != rows.rows) {
    return absl::InvalidArgumentError("there must be a group for each row, or none at all");
  }
  for (const int label : {0, 1}) {
    const auto count = std::count(labels.begin(), labels.end(), label);
    if (count < options.folds) {
      return absl::InvalidArgumentError(
          absl::StrCat("only ", count, label == 1 ? " rows have" : " rows lack",
                       " the positive label: at least ", options.folds, " are needed"));
    }
  }
  if (static_cast<std::size_t>(std::count(labels.begin(), labels.end(), 0) +
                               std::count(labels.begin(), labels.end(), 1)) != labels.size()) {
    return absl::InvalidArgumentError("labels must be 0 and 1");
  }
  return absl::OkStatus();
}

// The rows that were validated, with a margin of each family, and the group that measures a row.
struct Validated {
  std::vector<std::vector<double>> margins;
  std::vector<int> labels;
  std::vector<int> groups;
};

Validated Gather(const std::vector<std::vector<double>>& margins, absl::Span<const int> labels,
                 const std::vector<frame::Split>& folds, int groups) {
  Validated validated;
  validated.margins.resize(margins.size());
  for (std::size_t f = 0; f < folds.size(); ++f) {
    for (std::size_t i = 0; i < folds[f].validation.size(); ++i) {
      const std::size_t row = folds[f].validation[i];
      validated.labels.push_back(labels[row]);
      validated.groups.push_back(
          static_cast<int>((folds.size() > 1 ? f : i) % static_cast<std::size_t>(groups)));
      for (std::size_t m = 0; m < margins.size(); ++m) {
        validated.margins[m].push_back(margins[m][row]);
      }
    }
  }
  return validated;
}

std::vector<std::vector<double>> MarginsOfGroup(const Validated& validated,
                                                const std::vector<std::size_t>& models, int group,
                                                bool inside, std::vector<int>& labels) {
  std::vector<std::vector<double>> margins(models.size());
  labels.clear();
  for (std::size_t i = 0; i < validated.labels.size(); ++i) {
    if ((validated.groups[i] == group) != inside) continue;
    labels.push_back(validated.labels[i]);
    for (std::size_t m = 0; m < models.size(); ++m) {
      margins[m].push_back(validated.margins[models[m]][i]);
    }
  }
  return margins;
}

// Each group by a stack that was fitted on the others.
absl::Status Measure(const Validated& validated, const std::vector<std::size_t>& models, int groups,
                     CandidateScore& score, std::vector<double>& losses) {
  std::vector<double> probabilities;
  std::vector<int> labels;
  std::vector<int> selected;
  for (int group = 0; group < groups; ++group) {
    const auto others = MarginsOfGroup(validated, models, group, /*inside=*/false, selected);
    CLIENTELE_ASSIGN_OR_RETURN(const LinearStack stack, FitLinearStack(others, selected));
    const auto inside = MarginsOfGroup(validated, models, group, /*inside=*/true, selected);
    std::vector<double> row(models.size());
    for (std::size_t i = 0; i < selected.size(); ++i) {
      for (std::size_t m = 0; m < models.size(); ++m) row[m] = inside[m][i];
      probabilities.push_back(1 / (1 + std::exp(-stack.Margin(row))));
    }
    labels.insert(labels.end(), selected.begin(), selected.end());
  }
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double given = labels[i] == 1 ? probabilities[i] : 1 - probabilities[i];
    losses.push_back(-std::log(std::max(given, evaluation::kLogLossClip)));
  }
  CLIENTELE_ASSIGN_OR_RETURN(score.auc, evaluation::RocAuc(probabilities, labels));
  CLIENTELE_ASSIGN_OR_RETURN(score.logloss, evaluation::LogLoss(probabilities, labels));
  CLIENTELE_ASSIGN_OR_RETURN(
      score.calibration_error,
      evaluation::ExpectedCalibrationError(probabilities, labels, {.bins = kCalibrationBins}));
  return absl::OkStatus();
}

// Whether the rows' losses are below the others' by more than one standard error of the difference.
bool IsClearlyBelow(const std::vector<double>& losses, const std::vector<double>& others) {
  const double n = static_cast<double>(losses.size());
  double mean = 0;
  for (std::size_t i = 0; i < losses.size(); ++i) mean += (others[i] - losses[i]) / n;
  double variance = 0;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    const double deviation = others[i] - losses[i] - mean;
    variance += deviation * deviation / n;
  }
  return mean > std::sqrt(variance / n);
}

}  // namespace

absl::StatusOr<TableModel> TrainTableModel(
    const frame::RowMatrix& rows, absl::Span<const int> labels,
    const std::vector<std::unique_ptr<TableFamily>>& families, const TableModelOptions& options) {
  if (families.empty()) return absl::InvalidArgumentError("there are no families of models");
  CLIENTELE_RETURN_IF_ERROR(CheckTable(rows, labels, options));
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<frame::Split> folds,
                             ValidationFolds(labels, options));
  std::vector<std::vector<double>> margins;
  margins.reserve(families.size());
  for (const auto& family : families) {
    CLIENTELE_ASSIGN_OR_RETURN(std::vector<double> validated,
                               family->CrossValidate(rows, labels, folds));
    margins.push_back(std::move(validated));
  }
  const Validated validated = Gather(margins, labels, folds, options.folds);
  TableModel model{.module = torch::jit::Module("Untrained"), .candidates = {}, .stack = {}};
  std::vector<std::vector<std::size_t>> choices;
  std::vector<std::size_t> all;
  for (std::size_t f = 0; f < families.size(); ++f) {
    choices.push_back({f});
    all.push_back(f);
    model.candidates.push_back({families[f]->name(), families[f]->Describe()});
  }
  if (families.size() > 1) {
    choices.push_back(all);
    model.candidates.push_back({"blend", "all of them, weighted"});
  }
  std::vector<std::vector<double>> losses(choices.size());
  for (std::size_t c = 0; c < choices.size(); ++c) {
    CLIENTELE_RETURN_IF_ERROR(
        Measure(validated, choices[c], options.folds, model.candidates[c], losses[c]));
  }
  // The blend, which comes last, unless one family is clearly better.
  model.chosen = choices.size() - 1;
  for (std::size_t c = 0; c + 1 < choices.size(); ++c) {
    if (IsClearlyBelow(losses[c], losses[model.chosen])) model.chosen = c;
  }
  const std::vector<std::size_t>& chosen = choices[model.chosen];
  std::vector<std::vector<double>> chosen_margins;
  for (const std::size_t f : chosen) chosen_margins.push_back(validated.margins[f]);
  CLIENTELE_ASSIGN_OR_RETURN(const LinearStack stack,
                             FitLinearStack(chosen_margins, validated.labels));
  model.stack = {.weights = std::vector<double>(families.size()), .intercept = stack.intercept};
  std::vector<StackedPart> parts;
  for (std::size_t c = 0; c < chosen.size(); ++c) {
    if (stack.weights[c] == 0) continue;
    model.stack.weights[chosen[c]] = stack.weights[c];
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<torch::jit::Module> fitted,
                               families[chosen[c]]->Fit(rows, labels));
    for (const torch::jit::Module& module : fitted) {
      parts.push_back({module, stack.weights[c] / static_cast<double>(fitted.size())});
    }
  }
  model.module = MakeStackedModule(parts, stack.intercept);
  return model;
}

absl::StatusOr<std::vector<frame::Split>> ValidationFolds(absl::Span<const int> labels,
                                                          const TableModelOptions& options) {
  if (!options.groups.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(std::vector<frame::Split> folds,
                               frame::GroupedKFold(options.groups, options.folds, options.seed));
    if (labels.size() > options.max_folded_rows) folds.resize(1);
    return folds;
  }
  const std::vector<std::int64_t> strata(labels.begin(), labels.end());
  if (labels.size() <= options.max_folded_rows) {
    return frame::KFold(labels.size(), options.folds, options.seed, strata);
  }
  CLIENTELE_ASSIGN_OR_RETURN(frame::Split split,
                             frame::TrainValidationSplit(labels.size(), 0.2, options.seed, strata));
  return std::vector<frame::Split>{std::move(split)};
}

std::vector<double> ProbabilitiesOf(const std::vector<double>& margins) {
  std::vector<double> probabilities;
  probabilities.reserve(margins.size());
  for (const double margin : margins) probabilities.push_back(1 / (1 + std::exp(-margin)));
  return probabilities;
}

double MeanLogLoss(const std::vector<double>& margins, absl::Span<const int> labels,
                   const std::vector<frame::Split>& folds) {
  double sum = 0;
  double count = 0;
  for (const frame::Split& fold : folds) {
    for (const std::size_t row : fold.validation) {
      const double against = labels[row] == 1 ? -margins[row] : margins[row];
      sum += std::max(against, 0.0) + std::log1p(std::exp(-std::abs(against)));
      ++count;
    }
  }
  return sum / std::max(1.0, count);
}

std::vector<int> SelectRows(absl::Span<const int> labels, const std::vector<std::size_t>& rows) {
  std::vector<int> selected;
  selected.reserve(rows.size());
  for (const std::size_t row : rows) selected.push_back(labels[row]);
  return selected;
}

}  // namespace clientele::training

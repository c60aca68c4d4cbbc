#include "tools/clientele-models/tables/train_trees.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/evaluation/classification.h"
#include "common/evaluation/regression.h"
#include "common/frame/split.h"
#include "common/modeling/trees/tree_module.h"
#include "common/status/status_macros.h"
#include "common/training/tables/table_model.h"

namespace clientele::models {
namespace {

using training::TreeObjective;

// More distinct whole numbers than this are an amount, not classes.
constexpr std::size_t kMostNumberClasses = 20;

struct Target {
  TreeObjective objective = TreeObjective::kBinary;
  std::vector<double> values;
  std::vector<std::string> classes;  // of kBinary and kClasses
};

bool AllNumbers(const std::vector<std::string>& labels, std::vector<double>& numbers) {
  numbers.clear();
  numbers.reserve(labels.size());
  for (const std::string& label : labels) {
    double value = 0;
    if (!absl::SimpleAtod(label, &value) || !std::isfinite(value)) return false;
    numbers.push_back(value);
  }
  return true;
}

std::string FindObjective(const TrainTreesOptions& options,
                          const std::vector<std::string>& labels) {
  if (!options.objective.empty()) return options.objective;
  const std::set<std::string> distinct(labels.begin(), labels.end());
  if (!options.positive.empty() || distinct.size() <= 2) return "binary";
  std::vector<double> numbers;
  if (!AllNumbers(labels, numbers)) return "classes";
  const bool whole = std::all_of(numbers.begin(), numbers.end(),
                                 [](double value) { return value == std::floor(value); });
  return whole && distinct.size() <= kMostNumberClasses ? "classes" : "regression";
}

absl::StatusOr<Target> MakeTarget(const std::string& objective, const TrainTreesOptions& options,
                                  const std::vector<std::string>& labels) {
  Target target;
  if (objective == "binary") {
    CLIENTELE_ASSIGN_OR_RETURN(training::BinaryLabels binary,
                               training::ToBinaryLabels(labels, options.positive));
    target.values.assign(binary.values.begin(), binary.values.end());
    target.classes = {
        binary.negative.empty() ? absl::StrCat("not ", binary.positive) : binary.negative,
        binary.positive};
    return target;
  }
  if (objective == "classes") {
    target.objective = TreeObjective::kClasses;
    std::map<std::string, int> index;
    for (const std::string& label : labels) index.emplace(label, 0);
    if (index.size() < 2) {
      return absl::InvalidArgumentError("the label is the same in every row");
    }
    if (index.size() > 1000) {
      return absl::InvalidArgumentError(
          absl::StrCat("the label has ", index.size(), " values: more than 1000 classes"));
    }
    for (auto& [label, number] : index) {
      number = static_cast<int>(target.classes.size());
      target.classes.push_back(label);
    }
    for (const std::string& label : labels) target.values.push_back(index[label]);
    return target;
  }
  target.objective = objective == "counts" ? TreeObjective::kCounts : TreeObjective::kRegression;
  if (!AllNumbers(labels, target.values)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the label must be numbers for the objective ", objective));
  }
  return target;
}

absl::StatusOr<std::vector<int>> Monotone(const TrainTreesOptions& options,
                                          const std::vector<frame::MatrixField>& fields) {
  std::vector<int> monotone;
  if (options.monotone.empty()) return monotone;
  monotone.resize(fields.size());
  for (const std::string& constraint : options.monotone) {
    const std::size_t equals = constraint.rfind('=');
    int direction = 0;
    if (equals == std::string::npos ||
        !absl::SimpleAtoi(constraint.substr(equals + 1), &direction) ||
        (direction != 1 && direction != -1)) {
      return absl::InvalidArgumentError(
          absl::StrCat("--monotone '", constraint, "' is not COLUMN=1 or COLUMN=-1"));
    }
    const std::string name = constraint.substr(0, equals);
    const auto field = std::find_if(fields.begin(), fields.end(),
                                    [&](const auto& candidate) { return candidate.name == name; });
    if (field == fields.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--monotone: '", name, "' is no column that is learned from"));
    }
    monotone[static_cast<std::size_t>(field - fields.begin())] = direction;
  }
  return monotone;
}

// The largest of each row's margins.
std::vector<int> PredictedClasses(const std::vector<double>& margins, std::size_t classes) {
  std::vector<int> predicted;
  predicted.reserve(margins.size() / classes);
  for (auto row = margins.begin(); row != margins.end();
       row += static_cast<std::ptrdiff_t>(classes)) {
    predicted.push_back(
        static_cast<int>(std::max_element(row, row + static_cast<std::ptrdiff_t>(classes)) - row));
  }
  return predicted;
}

absl::StatusOr<std::map<std::string, double>> Measured(const Target& target,
                                                       const training::CrossValidation& cv) {
  std::map<std::string, double> metrics;
  if (target.objective == TreeObjective::kBinary) {
    const std::vector<int> labels(target.values.begin(), target.values.end());
    CLIENTELE_ASSIGN_OR_RETURN(metrics["auc"], evaluation::RocAuc(cv.margins, labels));
    metrics["logloss"] = cv.loss;
  } else if (target.objective == TreeObjective::kClasses) {
    const std::vector<int> labels(target.values.begin(), target.values.end());
    CLIENTELE_ASSIGN_OR_RETURN(
        metrics["accuracy"],
        evaluation::Accuracy(PredictedClasses(cv.margins, target.classes.size()), labels));
    std::vector<double> counts(target.classes.size());
    for (const int label : labels) ++counts[static_cast<std::size_t>(label)];
    metrics["majority"] =
        *std::max_element(counts.begin(), counts.end()) / static_cast<double>(labels.size());
    metrics["logloss"] = cv.loss;
  } else {
    std::vector<double> predictions = cv.margins;
    const bool counts = target.objective == TreeObjective::kCounts;
    if (counts) {
      for (double& value : predictions) value = std::exp(value);
      metrics["nloglik"] = cv.loss;
    } else {
      metrics["rmse"] = cv.loss;
    }
    CLIENTELE_ASSIGN_OR_RETURN(metrics["mae"],
                               evaluation::MeanAbsoluteError(predictions, target.values));
  }
  return metrics;
}

absl::StatusOr<std::vector<frame::Split>> TreeFolds(const Target& target,
                                                    const TrainTreesOptions& options) {
  std::vector<std::int64_t> strata;
  if (!target.classes.empty()) strata.assign(target.values.begin(), target.values.end());
  return frame::KFold(target.values.size(), options.folds, options.trees.seed, strata);
}

}  // namespace

absl::Status TrainTrees(const TrainTreesOptions& options, std::ostream& out) {
  CLIENTELE_ASSIGN_OR_RETURN(const training::LabeledTable table,
                             training::ReadLabeledTable(options.table));
  for (const std::string& note : table.notes) out << note << "\n";
  const std::string objective = FindObjective(options, table.labels);
  CLIENTELE_ASSIGN_OR_RETURN(const Target target, MakeTarget(objective, options, table.labels));
  CLIENTELE_ASSIGN_OR_RETURN(
      const frame::RowEncoder encoder,
      frame::RowEncoder::Learn(table.frame, table.columns,
                               training::TableVocabulary(table.frame.rows())));
  CLIENTELE_ASSIGN_OR_RETURN(const frame::RowMatrix rows, encoder.Encode(table.frame));
  training::BoostedTreesOptions trees = options.trees;
  trees.objective = target.objective;
  trees.classes = std::max(2, static_cast<int>(target.classes.size()));
  CLIENTELE_ASSIGN_OR_RETURN(trees.monotone, Monotone(options, encoder.fields()));
  std::map<std::string, double> metrics;
  if (options.folds > 0) {
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<frame::Split> folds, TreeFolds(target, options));
    CLIENTELE_ASSIGN_OR_RETURN(const training::CrossValidation cv,
                               training::CrossValidate(rows, target.values, folds, trees));
    CLIENTELE_ASSIGN_OR_RETURN(metrics, Measured(target, cv));
    trees.rounds = cv.rounds;
  }
  CLIENTELE_ASSIGN_OR_RETURN(const training::BoostedTrees trained,
                             training::TrainBoostedTrees(rows, target.values, trees));
  training::TableBundleOptions bundle = options.bundle;
  bundle.architecture = "xgboost";
  bundle.description = absl::StrCat(trees.rounds, " rounds of XGBoost, ",
                                    trained.ensemble.objective, ", for ", options.table.label);
  bundle.labels = target.classes;
  bundle.metrics = metrics;
  bundle.settings = {{"label", options.table.label}, {"objective", objective}};
  if (objective == "binary") bundle.settings["positive"] = target.classes.back();
  bundle.margins = static_cast<std::int64_t>(trained.ensemble.base.size());
  bundle.predictions = bundle.margins;
  CLIENTELE_ASSIGN_OR_RETURN(
      const std::filesystem::path folder,
      training::WriteTableBundle(modeling::MakeTreeModule(trained.ensemble), encoder, bundle));
  out << "Wrote " << folder.string() << "\n";
  nlohmann::json line = metrics;
  line["bundle"] = folder.string();
  line["objective"] = objective;
  line["rounds"] = trees.rounds;
  line["folds"] = options.folds;
  line["seed"] = trees.seed;
  out << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << std::endl;
  return absl::OkStatus();
}

}  // namespace clientele::models

#include "services/profile-service/training/fuser/fuser_heads.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "common/evaluation/calibration.h"
#include "common/evaluation/classification.h"
#include "common/evaluation/regression.h"
#include "common/frame/split.h"
#include "common/modeling/trees/tree_module.h"
#include "common/status/status_macros.h"
#include "common/training/seeds.h"
#include "common/training/tables/table_family.h"
#include "common/training/trees/boosted_trees.h"

namespace clientele::profile {
namespace {

constexpr std::size_t kLeastOfEach = 100;
constexpr int kFolds = 5;
constexpr std::int64_t kCompanyStride = 100'000'000;

frame::RowMatrix MatrixOf(absl::Span<const ScoredPast> rows,
                          const std::vector<BehaviorFeature>& features) {
  frame::RowMatrix matrix;
  for (const BehaviorFeature feature : features) {
    matrix.fields.push_back(
        {.name = kBehaviorFeatureList[static_cast<std::size_t>(feature)].id, .categories = 0});
  }
  matrix.rows = rows.size();
  for (const ScoredPast& row : rows) {
    for (const BehaviorFeature feature : features) {
      matrix.values.push_back(row.past->behavior[feature]);
    }
  }
  return matrix;
}

// A customer stands in the table once for each day: folds are dealt by customer.
std::vector<std::int64_t> GroupsOf(absl::Span<const ScoredPast> rows) {
  std::vector<std::int64_t> groups;
  for (const ScoredPast& row : rows) {
    groups.push_back(static_cast<std::int64_t>(row.company) * kCompanyStride +
                     static_cast<std::int64_t>(row.past->customer));
  }
  return groups;
}

std::vector<int> ChurnOf(absl::Span<const ScoredPast> rows) {
  std::vector<int> churn;
  for (const ScoredPast& row : rows) churn.push_back(row.past->bought ? 0 : 1);
  return churn;
}

// What was spent in `days`, were they like the days since the first event.
double SpentAsBefore(const PastCustomer& past, int days) {
  const double net = std::expm1(past.behavior[BehaviorFeature::kMonetaryNet]);
  const double tenure = std::expm1(past.behavior[BehaviorFeature::kTenureDays]);
  return net * days / std::max(tenure, static_cast<double>(days));
}

struct Amounts {
  torch::jit::Module module;
  double scale = 1;
  std::vector<double> out_of_fold;  // of all rows
};

// Of those who bought; the others' rows are told too, for what they would spend.
absl::StatusOr<Amounts> LearnAmounts(absl::Span<const ScoredPast> rows,
                                     const frame::RowMatrix& matrix,
                                     const std::vector<std::int64_t>& groups,
                                     const HeadOptions& options) {
  training::BoostedTreesOptions trees{.objective = training::TreeObjective::kRegression,
                                      .rounds = 600,
                                      .patience = 30,
                                      .learning_rate = 0.05,
                                      .max_depth = 3,
                                      .min_child_weight = 20};
  trees.seed = options.seed;
  trees.threads = options.threads;
  std::vector<std::size_t> buyers;
  std::vector<double> targets;
  std::vector<std::int64_t> buyer_groups;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].past->bought) continue;
    buyers.push_back(i);
    targets.push_back(std::log1p(rows[i].past->spent));
    buyer_groups.push_back(groups[i]);
  }
  const frame::RowMatrix bought = matrix.Select(buyers);
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<frame::Split> folds,
                             frame::GroupedKFold(buyer_groups, kFolds, options.seed));
  CLIENTELE_ASSIGN_OR_RETURN(const training::CrossValidation validated,
                             training::CrossValidate(bought, targets, folds, trees));
  trees.rounds = validated.rounds;
  CLIENTELE_ASSIGN_OR_RETURN(const training::BoostedTrees learned,
                             training::TrainBoostedTrees(bought, targets, trees));
  Amounts amounts{.module = modeling::MakeTreeModule(learned.ensemble),
                  .scale = 1,
                  .out_of_fold = training::MarginsOf(learned.ensemble, matrix)};
  double spent = 0;
  double told = 0;
  for (std::size_t i = 0; i < buyers.size(); ++i) {
    amounts.out_of_fold[buyers[i]] = validated.margins[i];
    spent += std::expm1(targets[i]);
    told += std::expm1(validated.margins[i]);
  }
  amounts.scale = told > 0 ? spent / told : 1;
  return amounts;
}

}  // namespace

absl::StatusOr<FuserHeads> TrainHeads(absl::Span<const ScoredPast> rows, int days,
                                      const HeadOptions& options) {
  if (options.features.empty()) return absl::InvalidArgumentError("the heads read no features");
  const std::vector<int> churn = ChurnOf(rows);
  const auto churned = static_cast<std::size_t>(std::count(churn.begin(), churn.end(), 1));
  if (std::min(churned, rows.size() - churned) < kLeastOfEach) {
    return absl::InvalidArgumentError("too few customers bought again, or did not, to learn from");
  }
  const frame::RowMatrix matrix = MatrixOf(rows, options.features);
  const std::vector<std::int64_t> groups = GroupsOf(rows);
  std::vector<std::unique_ptr<training::TableFamily>> families;
  families.push_back(training::MakeLogisticFamily());
  families.push_back(
      training::MakeTreeFamily(training::DeriveSeed(options.seed, 1), options.threads));
  CLIENTELE_ASSIGN_OR_RETURN(
      training::TableModel told,
      training::TrainTableModel(matrix, churn, families, {.groups = groups, .seed = options.seed}));
  CLIENTELE_ASSIGN_OR_RETURN(Amounts amounts, LearnAmounts(rows, matrix, groups, options));
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<double> margins,
                             training::ModuleMargins(told.module, matrix));
  const std::vector<double> probabilities = training::ProbabilitiesOf(margins);
  std::vector<double> spent, value, as_before;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    spent.push_back(rows[i].past->spent);
    value.push_back((1 - probabilities[i]) * amounts.scale *
                    std::max(0.0, std::expm1(amounts.out_of_fold[i])));
    as_before.push_back(SpentAsBefore(*rows[i].past, days));
  }
  FuserHeads heads{.features = options.features,
                   .churn = told.module,
                   .amount = amounts.module,
                   .amount_scale = amounts.scale,
                   .churn_scores = std::move(told.candidates),
                   .churn_chosen = told.chosen,
                   .rows = rows.size()};
  CLIENTELE_ASSIGN_OR_RETURN(heads.value_mae, evaluation::MeanAbsoluteError(value, spent));
  CLIENTELE_ASSIGN_OR_RETURN(heads.spent_as_before_mae,
                             evaluation::MeanAbsoluteError(as_before, spent));
  return heads;
}

absl::StatusOr<ChurnTold> EvaluateHeads(const FuserHeads& heads,
                                        absl::Span<const ScoredPast> rows) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<double> margins,
                             training::ModuleMargins(heads.churn, MatrixOf(rows, heads.features)));
  const std::vector<int> churn = ChurnOf(rows);
  const std::vector<double> probabilities = training::ProbabilitiesOf(margins);
  ChurnTold told;
  CLIENTELE_ASSIGN_OR_RETURN(told.auc, evaluation::RocAuc(probabilities, churn));
  CLIENTELE_ASSIGN_OR_RETURN(told.calibration_error, evaluation::ExpectedCalibrationError(
                                                         probabilities, churn, {.bins = 10}));
  return told;
}

}  // namespace clientele::profile

#include "services/profile-service/training/value/value_model.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/evaluation/classification.h"
#include "common/evaluation/regression.h"
#include "common/frame/split.h"
#include "common/status/status_macros.h"
#include "common/training/seeds.h"
#include "common/training/trees/boosted_trees.h"
#include "services/profile-service/training/value/value_features.h"

namespace clientele::profile {
namespace {

constexpr int kOriginsOfADistance = 3;
constexpr int kAmountFolds = 5;

// Customers on the days that are learned from, with what they did afterwards.
struct ValueTable {
  frame::RowMatrix rows;
  std::vector<int> buys;
  std::vector<double> spend;
  std::vector<std::int64_t> customers;
  int origins = 0;
};

absl::Status AppendOrigin(const PurchaseHistory& history, std::int32_t day, int days,
                          ValueTable& table) {
  CLIENTELE_ASSIGN_OR_RETURN(const BuyingModels models, FitBuyingModels(history, day));
  const std::vector<std::size_t> customers = history.CustomersAt(day);
  frame::RowMatrix rows = ValueFeatures(history, customers, day, models, days);
  table.rows.fields = rows.fields;
  table.rows.rows += rows.rows;
  table.rows.values.insert(table.rows.values.end(), rows.values.begin(), rows.values.end());
  for (const std::size_t customer : customers) {
    const double spend = history.AmountAfter(customer, day, day + days);
    table.spend.push_back(spend);
    table.customers.push_back(static_cast<std::int64_t>(customer));
    table.buys.push_back(spend > 0 ? 1 : 0);
  }
  ++table.origins;
  return absl::OkStatus();
}

absl::StatusOr<ValueTable> LookBack(const PurchaseHistory& history, std::int32_t day,
                                    const ValueOptions& options) {
  if (options.days < 7 || options.days > 730) {
    return absl::InvalidArgumentError("the days ahead must be 7 to 730");
  }
  if (options.origins < 1 || options.origins > 24) {
    return absl::InvalidArgumentError("the days to learn from must be 1 to 24");
  }
  if (history.customers() == 0 || day - 2 * options.days < history.first_day()) {
    return absl::InvalidArgumentError(absl::StrCat("to look ", options.days,
                                                   " days ahead, the history must begin ",
                                                   2 * options.days, " days before"));
  }
  ValueTable table;
  for (int i = 0; i < options.origins; ++i) {
    const std::int32_t origin = day - options.days - i * options.days / kOriginsOfADistance;
    if (origin - options.days < history.first_day()) break;
    CLIENTELE_RETURN_IF_ERROR(AppendOrigin(history, origin, options.days, table));
  }
  return table;
}

absl::StatusOr<training::TableModel> LearnBuying(const ValueTable& table,
                                                 const frame::RowMatrix& rows, bool with_trees,
                                                 const ValueOptions& options) {
  std::vector<std::unique_ptr<training::TableFamily>> families;
  families.push_back(training::MakeLogisticFamily());
  if (with_trees) {
    families.push_back(
        training::MakeTreeFamily(training::DeriveSeed(options.seed, 1), options.threads));
  }
  return training::TrainTableModel(rows, table.buys, families,
                                   {.groups = table.customers, .seed = options.seed});
}

absl::StatusOr<modeling::TreeEnsemble> LearnSpending(const ValueTable& table,
                                                     const ValueOptions& options) {
  training::BoostedTreesOptions trees{.objective = training::TreeObjective::kAbsoluteError,
                                      .rounds = 1000,
                                      .patience = 40,
                                      .learning_rate = 0.05,
                                      .max_depth = 5,
                                      .min_child_weight = 10,
                                      .seed = options.seed,
                                      .threads = options.threads};
  CLIENTELE_ASSIGN_OR_RETURN(
      const std::vector<frame::Split> folds,
      frame::KFold(table.rows.rows, kAmountFolds, training::DeriveSeed(options.seed, 2)));
  CLIENTELE_ASSIGN_OR_RETURN(const training::CrossValidation validation,
                             training::CrossValidate(table.rows, table.spend, folds, trees));
  trees.rounds = validation.rounds;
  CLIENTELE_ASSIGN_OR_RETURN(training::BoostedTrees learned,
                             training::TrainBoostedTrees(table.rows, table.spend, trees));
  return std::move(learned.ensemble);
}

}  // namespace

absl::StatusOr<ValueModel> TrainValue(const PurchaseHistory& history, std::int32_t day,
                                      const ValueOptions& options) {
  CLIENTELE_ASSIGN_OR_RETURN(const ValueTable table, LookBack(history, day, options));
  CLIENTELE_ASSIGN_OR_RETURN(training::TableModel buys,
                             LearnBuying(table, table.rows, /*with_trees=*/true, options));
  CLIENTELE_ASSIGN_OR_RETURN(
      training::TableModel plain,
      LearnBuying(table, RecencyAndFrequency(table.rows), /*with_trees=*/false, options));
  ValueModel model{.buys = std::move(buys.module),
                   .buys_by_recency_and_frequency = std::move(plain.module),
                   .amount = {},
                   .candidates = std::move(buys.candidates),
                   .days = options.days,
                   .rows = table.rows.rows,
                   .origins = table.origins};
  CLIENTELE_ASSIGN_OR_RETURN(model.amount, LearnSpending(table, options));
  return model;
}

absl::StatusOr<ValuePredictions> PredictValue(const ValueModel& model,
                                              const PurchaseHistory& history, std::int32_t day) {
  CLIENTELE_ASSIGN_OR_RETURN(const BuyingModels models, FitBuyingModels(history, day));
  ValuePredictions told;
  told.customers = history.CustomersAt(day);
  const frame::RowMatrix rows = ValueFeatures(history, told.customers, day, models, model.days);
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<double> margins,
                             training::ModuleMargins(model.buys, rows));
  told.buys = training::ProbabilitiesOf(margins);
  CLIENTELE_ASSIGN_OR_RETURN(
      const std::vector<double> plain,
      training::ModuleMargins(model.buys_by_recency_and_frequency, RecencyAndFrequency(rows)));
  told.buys_by_recency_and_frequency = training::ProbabilitiesOf(plain);
  told.spend = training::MarginsOf(model.amount, rows);
  for (double& amount : told.spend) amount = std::max(amount, 0.0);
  for (const std::size_t customer : told.customers) {
    const BuyingRecord record = history.RecordAt(customer, day);
    told.alive.push_back(ProbabilityAlive(models.purchases, record));
    told.expected_purchases.push_back(
        ExpectedPurchases(models.purchases, record, model.days / kWeekDays));
    told.expected_spend.push_back(ExpectedSpend(models, record, model.days));
  }
  return told;
}

absl::StatusOr<ValueScore> EvaluateValue(const PurchaseHistory& history, std::int32_t day,
                                         const ValueOptions& options) {
  CLIENTELE_ASSIGN_OR_RETURN(const ValueModel model, TrainValue(history, day, options));
  CLIENTELE_ASSIGN_OR_RETURN(const ValuePredictions told, PredictValue(model, history, day));
  std::vector<double> spent;
  std::vector<int> bought;
  for (const std::size_t customer : told.customers) {
    spent.push_back(history.AmountAfter(customer, day, day + options.days));
    bought.push_back(spent.back() > 0 ? 1 : 0);
  }
  ValueScore score{.customers = bought.size()};
  score.buyers = static_cast<std::size_t>(std::count(bought.begin(), bought.end(), 1));
  CLIENTELE_ASSIGN_OR_RETURN(score.auc, evaluation::RocAuc(told.buys, bought));
  CLIENTELE_ASSIGN_OR_RETURN(score.auc_recency_frequency,
                             evaluation::RocAuc(told.buys_by_recency_and_frequency, bought));
  CLIENTELE_ASSIGN_OR_RETURN(score.auc_bg_nbd, evaluation::RocAuc(told.expected_purchases, bought));
  CLIENTELE_ASSIGN_OR_RETURN(score.mae, evaluation::MeanAbsoluteError(told.spend, spent));
  CLIENTELE_ASSIGN_OR_RETURN(score.mae_bg_nbd,
                             evaluation::MeanAbsoluteError(told.expected_spend, spent));
  CLIENTELE_ASSIGN_OR_RETURN(score.mae_nothing, evaluation::MeanAbsoluteError(
                                                    std::vector<double>(spent.size(), 0.0), spent));
  return score;
}

}  // namespace clientele::profile

#include "tools/clientele-models/value/predict_value.h"

#include <fstream>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/csv/csv_cell.h"
#include "common/status/status_macros.h"

namespace clientele::models {
namespace {

void PrintRead(const PurchaseFile& file, std::ostream& out) {
  out << file.rows << " rows, " << file.history.customers() << " customers who bought";
  if (file.without_customer > 0) {
    out << "; " << file.without_customer << " rows name no customer and are left out";
  }
  out << "\n";
}

absl::StatusOr<std::int32_t> LastDay(const PurchaseFile& file, const ValueRun& run, int before) {
  if (!run.date.empty()) return file.DayOf(run.date);
  return file.history.last_day() - before;
}

}  // namespace

absl::Status EvaluateValueFile(const ValueRun& run, std::ostream& out) {
  CLIENTELE_ASSIGN_OR_RETURN(const PurchaseFile file, ReadPurchases(run.columns));
  PrintRead(file, out);
  CLIENTELE_ASSIGN_OR_RETURN(const std::int32_t day, LastDay(file, run, run.options.days));
  CLIENTELE_ASSIGN_OR_RETURN(const profile::ValueScore score,
                             profile::EvaluateValue(file.history, day, run.options));
  out << absl::StreamFormat(
      "%d customers, of whom %d bought in the %d days after\n"
      "who buys, AUC: %.4f; by recency and frequency %.4f, by BG/NBD %.4f\n"
      "how much, mean absolute error: %.2f; by BG/NBD and gamma-gamma %.2f, of nothing at all "
      "%.2f\n",
      score.customers, score.buyers, run.options.days, score.auc, score.auc_recency_frequency,
      score.auc_bg_nbd, score.mae, score.mae_bg_nbd, score.mae_nothing);
  out << nlohmann::json{{"auc", score.auc},
                        {"auc_recency_frequency", score.auc_recency_frequency},
                        {"auc_bg_nbd", score.auc_bg_nbd},
                        {"mae", score.mae},
                        {"mae_bg_nbd", score.mae_bg_nbd},
                        {"mae_nothing", score.mae_nothing},
                        {"customers", score.customers},
                        {"buyers", score.buyers},
                        {"days", run.options.days},
                        {"seed", run.options.seed}}
             .dump()
      << std::endl;
  return absl::OkStatus();
}

absl::Status PredictValueFile(const ValueRun& run, std::ostream& out) {
  CLIENTELE_ASSIGN_OR_RETURN(const PurchaseFile file, ReadPurchases(run.columns));
  PrintRead(file, out);
  CLIENTELE_ASSIGN_OR_RETURN(const std::int32_t day, LastDay(file, run, 0));
  CLIENTELE_ASSIGN_OR_RETURN(const profile::ValueModel model,
                             profile::TrainValue(file.history, day, run.options));
  CLIENTELE_ASSIGN_OR_RETURN(const profile::ValuePredictions told,
                             profile::PredictValue(model, file.history, day));
  std::ofstream csv(run.out, std::ios::trunc);
  csv << "customer,buys,spend,alive,expected_spend\n";
  for (std::size_t i = 0; i < told.customers.size(); ++i) {
    csv << csv::CsvCell(file.customers[told.customers[i]])
        << absl::StreamFormat(",%.6f,%.2f,%.6f,%.2f\n", told.buys[i], told.spend[i], told.alive[i],
                              told.expected_spend[i]);
  }
  csv.close();
  if (!csv) {
    return absl::UnavailableError(absl::StrCat(run.out.string(), " cannot be written"));
  }
  out << "Wrote " << told.customers.size() << " customers to " << run.out.string() << "\n";
  return absl::OkStatus();
}

}  // namespace clientele::models

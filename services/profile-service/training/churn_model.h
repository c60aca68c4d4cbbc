#ifndef CLIENTELE_PROFILE_SERVICE_TRAINING_CHURN_MODEL_H_
#define CLIENTELE_PROFILE_SERVICE_TRAINING_CHURN_MODEL_H_

// How likely each customer is to leave (or to do anything else that a column of yes and no tells),
// learned from a company's own table.
//
//   CLIENTELE_ASSIGN_OR_RETURN(
//       const ChurnModel model,
//       TrainChurn({.table = {.csv = "customers.csv", .label = "Churn", .ignored = {"customerID"}},
//                   .positive = "Yes", .bundle = {.out = "models", .name = "churn"}}));
//   CLIENTELE_ASSIGN_OR_RETURN(const ChurnScore score, EvaluateChurn(model.folder, ...));
//
// Logistic regression, a wide and deep network and boosted trees compete by cross-validation; their
// blend, or one that is clearly better, is calibrated and becomes a bundle of task TABULAR with a
// model card. One training at a time in a process.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "common/training/tables/labeled_table.h"
#include "common/training/tables/table_bundle.h"
#include "common/training/tables/table_model.h"

namespace clientele::profile {

struct ChurnOptions {
  training::LabeledTableOptions table = {};
  std::string positive = {};  // as training::ToBinaryLabels takes it
  // Where the bundle is written; what describes the model is filled in.
  training::TableBundleOptions bundle = {};
  std::uint64_t seed = 1;
  int members = 4;  // of the network
  int threads = 1;
};

struct ChurnModel {
  std::filesystem::path folder;
  std::vector<training::CandidateScore> candidates;
  std::size_t chosen = 0;
  std::vector<std::string> notes;  // about the table, for people
};

// Errors of ReadLabeledTable, ToBinaryLabels, TrainTableModel and WriteTableBundle.
absl::StatusOr<ChurnModel> TrainChurn(const ChurnOptions& options);

struct ChurnScore {
  double auc = 0;
  // Expected calibration error over 10 bins of equal width.
  double calibration_error = 0;
  std::size_t rows = 0;
};

// A bundle's predictions against the labels of a file, whose columns may stand in any order.
// INVALID_ARGUMENT where columns are missing; FAILED_PRECONDITION with one class alone.
absl::StatusOr<ChurnScore> EvaluateChurn(const std::filesystem::path& bundle,
                                         const training::LabeledTableOptions& table,
                                         const std::string& positive);

// The whole recipe by cross-validation of the file: each of `repeats` times the rows are dealt into
// folds anew, and each fold is predicted by a model of the others. AUC is the mean over the folds,
// the calibration error that of all rows of a repeat together, both meaned over the repeats.
absl::StatusOr<ChurnScore> CrossValidateChurn(const ChurnOptions& options, int folds, int repeats);

}  // namespace clientele::profile

#endif  // CLIENTELE_PROFILE_SERVICE_TRAINING_CHURN_MODEL_H_

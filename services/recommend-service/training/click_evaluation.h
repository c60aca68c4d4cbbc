#ifndef CLIENTELE_RECOMMEND_SERVICE_TRAINING_CLICK_EVALUATION_H_
#define CLIENTELE_RECOMMEND_SERVICE_TRAINING_CLICK_EVALUATION_H_

// How well the models that rank candidates tell clicks (or purchases, or any yes) from the rest, on
// anyone's table.
//
//   CLIENTELE_ASSIGN_OR_RETURN(
//       const ClickScore score,
//       EvaluateClicks({.table = {.csv = "impressions.csv", .label = "clicked"},
//                       .families = {.algorithm = ClickAlgorithm::kDeepFm}, .folds = 5}));
//
// Settings are chosen on the training part of each fold alone. One at a time in a process.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "common/training/tables/labeled_table.h"
#include "services/recommend-service/training/click_families.h"

namespace clientele::recommend {

struct ClickFoldScore {
  double auc = 0;
  double logloss = 0;
};

struct ClickEvaluationOptions {
  training::LabeledTableOptions table = {};
  std::string positive = {};         // as training::ToBinaryLabels takes it
  ClickFamilyOptions families = {};  // the seed deals the folds too
  int folds = 5;
  // Empty: folds of the table; else the table trains, and this file measures.
  std::filesystem::path test = {};
  // After each fold; may be empty.
  std::function<void(int fold, const ClickFoldScore&)> progress = {};
};

struct ClickScore {
  double auc = 0;
  double logloss = 0;
  std::vector<ClickFoldScore> folds;  // of which those are the means
  std::vector<std::string> notes;     // about the table, for people
};

// Errors of ReadLabeledTable, ToBinaryLabels and the families; INVALID_ARGUMENT where the test file
// lacks columns; FAILED_PRECONDITION where a part has one class alone.
absl::StatusOr<ClickScore> EvaluateClicks(const ClickEvaluationOptions& options);

}  // namespace clientele::recommend

#endif  // CLIENTELE_RECOMMEND_SERVICE_TRAINING_CLICK_EVALUATION_H_

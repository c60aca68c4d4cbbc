#ifndef CLIENTELE_RECOMMEND_SERVICE_TRAINING_CLICK_MODEL_H_
#define CLIENTELE_RECOMMEND_SERVICE_TRAINING_CLICK_MODEL_H_

// A model of clicks (or purchases, or any yes) as a bundle of task TABULAR: DeepFM with the members
// of several seeds averaged, trees, or their blend; calibrated.
//
//   CLIENTELE_ASSIGN_OR_RETURN(
//       const ClickModel model,
//       TrainClickModel({.table = {.csv = "impressions.csv", .label = "clicked"},
//                        .families = {.algorithm = ClickAlgorithm::kDeepFm},
//                        .bundle = {.out = "models", .name = "clicks"}}));
//
// One training at a time in a process.

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "common/training/tables/labeled_table.h"
#include "common/training/tables/table_bundle.h"
#include "common/training/tables/table_model.h"
#include "services/recommend-service/training/click_families.h"

namespace clientele::recommend {

struct ClickModelOptions {
  training::LabeledTableOptions table = {};
  std::string positive = {};  // as training::ToBinaryLabels takes it
  ClickFamilyOptions families = {};
  // Where the bundle is written; what describes the model is filled in.
  training::TableBundleOptions bundle = {};
};

struct ClickModel {
  std::filesystem::path folder;
  training::CandidateScore kept;  // out of fold
  std::vector<std::string> notes;
};

// Errors of ReadLabeledTable, ToBinaryLabels, TrainTableModel and WriteTableBundle.
absl::StatusOr<ClickModel> TrainClickModel(const ClickModelOptions& options);

}  // namespace clientele::recommend

#endif  // CLIENTELE_RECOMMEND_SERVICE_TRAINING_CLICK_MODEL_H_

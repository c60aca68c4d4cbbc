#include "services/recommend-service/training/click_evaluation.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/evaluation/classification.h"
#include "common/frame/split.h"
#include "common/status/status_macros.h"
#include "common/training/tables/table_bundle.h"
#include "common/training/tables/table_model.h"

namespace clientele::recommend {
namespace {

// A table's part, with the label as numbers.
struct LabeledPart {
  frame::Frame frame;
  std::vector<int> labels;
};

absl::StatusOr<std::vector<double>> PredictedMargins(const ClickEvaluationOptions& options,
                                                     const frame::RowMatrix& training_rows,
                                                     const std::vector<int>& labels,
                                                     const frame::RowMatrix& test_rows) {
  const auto families = ClickFamilies(options.families, training_rows.rows);
  const training::TableModelOptions choice{.seed = options.families.seed};
  if (families.size() > 1) {
    CLIENTELE_ASSIGN_OR_RETURN(const training::TableModel model,
                               training::TrainTableModel(training_rows, labels, families, choice));
    return training::ModuleMargins(model.module, test_rows);
  }
  training::TableFamily& family = *families.front();
  // The network has nothing to choose.
  if (options.families.algorithm == ClickAlgorithm::kTrees) {
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<frame::Split> folds,
                               training::ValidationFolds(labels, choice));
    CLIENTELE_RETURN_IF_ERROR(family.CrossValidate(training_rows, labels, folds).status());
  }
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<torch::jit::Module> parts,
                             family.Fit(training_rows, labels));
  return training::MeanMargins(parts, test_rows);
}

absl::StatusOr<ClickFoldScore> ScoreFold(const ClickEvaluationOptions& options,
                                         const std::vector<std::string>& columns,
                                         const LabeledPart& training_part,
                                         const LabeledPart& test_part) {
  CLIENTELE_ASSIGN_OR_RETURN(
      const frame::RowEncoder encoder,
      frame::RowEncoder::Learn(training_part.frame, columns,
                               training::TableVocabulary(training_part.frame.rows())));
  CLIENTELE_ASSIGN_OR_RETURN(const frame::RowMatrix training_rows,
                             encoder.Encode(training_part.frame));
  CLIENTELE_ASSIGN_OR_RETURN(const frame::RowMatrix test_rows, encoder.Encode(test_part.frame));
  CLIENTELE_ASSIGN_OR_RETURN(
      const std::vector<double> margins,
      PredictedMargins(options, training_rows, training_part.labels, test_rows));
  ClickFoldScore score;
  CLIENTELE_ASSIGN_OR_RETURN(score.auc, evaluation::RocAuc(margins, test_part.labels));
  CLIENTELE_ASSIGN_OR_RETURN(
      score.logloss, evaluation::LogLoss(training::ProbabilitiesOf(margins), test_part.labels));
  return score;
}

// The test file, read as the training's columns are.
absl::StatusOr<LabeledPart> ReadTestPart(const ClickEvaluationOptions& options,
                                         const training::LabeledTable& table,
                                         const std::string& positive) {
  training::LabeledTableOptions read{.csv = options.test, .label = options.table.label};
  read.drop_constant = false;
  for (const frame::Field& field : table.frame.schema()) {
    if (std::find(table.columns.begin(), table.columns.end(), field.name) == table.columns.end()) {
      continue;
    }
    (field.type == frame::ColumnType::kCategorical ? read.categorical : read.numeric)
        .push_back(field.name);
  }
  CLIENTELE_ASSIGN_OR_RETURN(training::LabeledTable test, training::ReadLabeledTable(read));
  CLIENTELE_ASSIGN_OR_RETURN(training::BinaryLabels labels,
                             training::ToBinaryLabels(test.labels, positive));
  return LabeledPart{std::move(test.frame), std::move(labels.values)};
}

}  // namespace

absl::StatusOr<ClickScore> EvaluateClicks(const ClickEvaluationOptions& options) {
  CLIENTELE_ASSIGN_OR_RETURN(training::LabeledTable table,
                             training::ReadLabeledTable(options.table));
  CLIENTELE_ASSIGN_OR_RETURN(training::BinaryLabels labels,
                             training::ToBinaryLabels(table.labels, options.positive));
  ClickScore score{.folds = {}, .notes = table.notes};
  score.notes.push_back(absl::StrCat("the positive label is '", labels.positive, "'"));
  const auto add = [&](const ClickFoldScore& fold) {
    score.folds.push_back(fold);
    if (options.progress) options.progress(static_cast<int>(score.folds.size()), fold);
  };
  if (!options.test.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(const LabeledPart test,
                               ReadTestPart(options, table, labels.positive));
    CLIENTELE_ASSIGN_OR_RETURN(const ClickFoldScore only,
                               ScoreFold(options, table.columns,
                                         {std::move(table.frame), std::move(labels.values)}, test));
    add(only);
  } else {
    const std::vector<std::int64_t> strata(labels.values.begin(), labels.values.end());
    CLIENTELE_ASSIGN_OR_RETURN(
        const std::vector<frame::Split> folds,
        frame::KFold(labels.values.size(), options.folds, options.families.seed, strata));
    for (const frame::Split& fold : folds) {
      CLIENTELE_ASSIGN_OR_RETURN(const ClickFoldScore one,
                                 ScoreFold(options, table.columns,
                                           {table.frame.Rows(fold.training),
                                            training::SelectRows(labels.values, fold.training)},
                                           {table.frame.Rows(fold.validation),
                                            training::SelectRows(labels.values, fold.validation)}));
      add(one);
    }
  }
  for (const ClickFoldScore& fold : score.folds) {
    score.auc += fold.auc / static_cast<double>(score.folds.size());
    score.logloss += fold.logloss / static_cast<double>(score.folds.size());
  }
  return score;
}

}  // namespace clientele::recommend

#include "services/recommend-service/training/click_evaluation.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/evaluation/classification.h"
#include "common/frame/split.h"
#include "common/status/status_macros.h"
#include "common/training/seeds.h"
#include "common/training/tables/table_bundle.h"
#include "common/training/tables/table_model.h"

namespace clientele::recommend {
namespace {

constexpr std::size_t kManyRows = 60'000;

// A table's part, with the label as numbers.
struct LabeledPart {
  frame::Frame frame;
  std::vector<int> labels;
};

std::vector<std::unique_ptr<training::TableFamily>> ClickFamilies(
    const ClickEvaluationOptions& options, std::size_t rows, std::uint64_t seed) {
  training::FieldNetworkOptions network;
  network.members = options.members > 0 ? options.members : rows < kManyRows ? 4 : 2;
  network.seed = training::DeriveSeed(seed, 1);
  auto deep_fm = training::MakeNetworkFamily(network);
  auto trees = training::MakeTreeFamily(training::DeriveSeed(seed, 2), options.threads);
  std::vector<std::unique_ptr<training::TableFamily>> families;
  if (options.algorithm == ClickAlgorithm::kBlend) {
    families.push_back(training::MakeLogisticFamily());
  }
  if (options.algorithm != ClickAlgorithm::kTrees) families.push_back(std::move(deep_fm));
  if (options.algorithm != ClickAlgorithm::kDeepFm) families.push_back(std::move(trees));
  return families;
}

absl::StatusOr<std::vector<double>> PredictedMargins(const ClickEvaluationOptions& options,
                                                     const frame::RowMatrix& training_rows,
                                                     const std::vector<int>& labels,
                                                     const frame::RowMatrix& test_rows,
                                                     std::uint64_t seed) {
  const auto families = ClickFamilies(options, training_rows.rows, seed);
  const training::TableModelOptions choice{.seed = seed};
  if (families.size() > 1) {
    CLIENTELE_ASSIGN_OR_RETURN(const training::TableModel model,
                               training::TrainTableModel(training_rows, labels, families, choice));
    return training::ModuleMargins(model.module, test_rows);
  }
  training::TableFamily& family = *families.front();
  // The network has nothing to choose.
  if (options.algorithm == ClickAlgorithm::kTrees) {
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
                                         const LabeledPart& test_part, std::uint64_t seed) {
  CLIENTELE_ASSIGN_OR_RETURN(
      const frame::RowEncoder encoder,
      frame::RowEncoder::Learn(training_part.frame, columns,
                               training::TableVocabulary(training_part.frame.rows())));
  CLIENTELE_ASSIGN_OR_RETURN(const frame::RowMatrix training_rows,
                             encoder.Encode(training_part.frame));
  CLIENTELE_ASSIGN_OR_RETURN(const frame::RowMatrix test_rows, encoder.Encode(test_part.frame));
  CLIENTELE_ASSIGN_OR_RETURN(
      const std::vector<double> margins,
      PredictedMargins(options, training_rows, training_part.labels, test_rows, seed));
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
    CLIENTELE_ASSIGN_OR_RETURN(
        const ClickFoldScore only,
        ScoreFold(options, table.columns, {std::move(table.frame), std::move(labels.values)}, test,
                  options.seed));
    add(only);
  } else {
    const std::vector<std::int64_t> strata(labels.values.begin(), labels.values.end());
    CLIENTELE_ASSIGN_OR_RETURN(
        const std::vector<frame::Split> folds,
        frame::KFold(labels.values.size(), options.folds, options.seed, strata));
    for (const frame::Split& fold : folds) {
      CLIENTELE_ASSIGN_OR_RETURN(const ClickFoldScore one,
                                 ScoreFold(options, table.columns,
                                           {table.frame.Rows(fold.training),
                                            training::SelectRows(labels.values, fold.training)},
                                           {table.frame.Rows(fold.validation),
                                            training::SelectRows(labels.values, fold.validation)},
                                           options.seed));
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

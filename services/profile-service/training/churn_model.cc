#include "services/profile-service/training/churn_model.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/evaluation/calibration.h"
#include "common/evaluation/classification.h"
#include "common/frame/split.h"
#include "common/status/status_macros.h"
#include "common/training/seeds.h"
#include "services/profile-service/training/churn_card.h"

namespace clientele::profile {
namespace {

constexpr int kCalibrationBins = 10;

std::vector<std::unique_ptr<training::TableFamily>> ChurnFamilies(const ChurnOptions& options,
                                                                  std::uint64_t seed) {
  training::FieldNetworkOptions network;
  network.shape.factorization = false;
  network.members = options.members;
  network.seed = training::DeriveSeed(seed, 1);
  std::vector<std::unique_ptr<training::TableFamily>> families;
  families.push_back(training::MakeLogisticFamily());
  families.push_back(training::MakeNetworkFamily(network));
  families.push_back(training::MakeTreeFamily(training::DeriveSeed(seed, 2), options.threads));
  return families;
}

struct TrainedTable {
  frame::RowEncoder encoder;
  training::TableModel model;
};

absl::StatusOr<TrainedTable> TrainOn(const frame::Frame& frame,
                                     const std::vector<std::string>& columns,
                                     const std::vector<int>& labels, const ChurnOptions& options,
                                     std::uint64_t seed) {
  CLIENTELE_ASSIGN_OR_RETURN(
      frame::RowEncoder encoder,
      frame::RowEncoder::Learn(frame, columns, training::TableVocabulary(frame.rows())));
  CLIENTELE_ASSIGN_OR_RETURN(const frame::RowMatrix rows, encoder.Encode(frame));
  CLIENTELE_ASSIGN_OR_RETURN(
      training::TableModel model,
      training::TrainTableModel(rows, labels, ChurnFamilies(options, seed), {.seed = seed}));
  return TrainedTable{std::move(encoder), std::move(model)};
}

absl::StatusOr<ChurnScore> ScoreOf(const std::vector<double>& probabilities,
                                   const std::vector<int>& labels) {
  ChurnScore score{.rows = labels.size()};
  CLIENTELE_ASSIGN_OR_RETURN(score.auc, evaluation::RocAuc(probabilities, labels));
  CLIENTELE_ASSIGN_OR_RETURN(
      score.calibration_error,
      evaluation::ExpectedCalibrationError(probabilities, labels, {.bins = kCalibrationBins}));
  return score;
}

}  // namespace

absl::StatusOr<ChurnModel> TrainChurn(const ChurnOptions& options) {
  CLIENTELE_ASSIGN_OR_RETURN(const training::LabeledTable table,
                             training::ReadLabeledTable(options.table));
  CLIENTELE_ASSIGN_OR_RETURN(const training::BinaryLabels labels,
                             training::ToBinaryLabels(table.labels, options.positive));
  CLIENTELE_ASSIGN_OR_RETURN(
      const TrainedTable trained,
      TrainOn(table.frame, table.columns, labels.values, options, options.seed));
  const training::CandidateScore& chosen = trained.model.candidates[trained.model.chosen];
  training::TableBundleOptions bundle = options.bundle;
  bundle.architecture = absl::StrCat("table-", chosen.name);
  bundle.description =
      absl::StrCat("Probability of ", options.table.label, " = ", labels.positive, " from ",
                   table.columns.size(), " columns; ", chosen.description);
  bundle.labels = {
      labels.negative.empty() ? absl::StrCat("not ", labels.positive) : labels.negative,
      labels.positive};
  bundle.metrics = {
      {"auc", chosen.auc}, {"ece", chosen.calibration_error}, {"logloss", chosen.logloss}};
  bundle.settings = {{"label", options.table.label},
                     {"positive", labels.positive},
                     {"seed", absl::StrCat(options.seed)}};
  const auto positives = std::count(labels.values.begin(), labels.values.end(), 1);
  bundle.card = ChurnCard({.label = options.table.label,
                           .positive = labels.positive,
                           .rows = table.labels.size(),
                           .positives = static_cast<std::size_t>(positives),
                           .notes = table.notes},
                          trained.encoder.fields(), trained.model);
  ChurnModel model{.folder = {},
                   .candidates = trained.model.candidates,
                   .chosen = trained.model.chosen,
                   .notes = table.notes};
  CLIENTELE_ASSIGN_OR_RETURN(
      model.folder, training::WriteTableBundle(trained.model.module, trained.encoder, bundle));
  return model;
}

absl::StatusOr<ChurnScore> EvaluateChurn(const std::filesystem::path& bundle,
                                         const training::LabeledTableOptions& table,
                                         const std::string& positive) {
  CLIENTELE_ASSIGN_OR_RETURN(const training::TableBundle opened, training::OpenTableBundle(bundle));
  training::LabeledTableOptions read = table;
  read.categorical.clear();
  read.numeric.clear();
  read.drop_constant = false;
  for (const frame::Field& field : opened.encoder.schema()) {
    if (std::find(read.ignored.begin(), read.ignored.end(), field.name) != read.ignored.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("column '", field.name, "' is one that the model learned from"));
    }
    (field.type == frame::ColumnType::kCategorical ? read.categorical : read.numeric)
        .push_back(field.name);
  }
  CLIENTELE_ASSIGN_OR_RETURN(const training::LabeledTable labeled,
                             training::ReadLabeledTable(read));
  const auto trained_on = opened.settings.find("positive");
  CLIENTELE_ASSIGN_OR_RETURN(
      const training::BinaryLabels labels,
      training::ToBinaryLabels(
          labeled.labels,
          positive.empty() && trained_on != opened.settings.end() ? trained_on->second : positive));
  CLIENTELE_ASSIGN_OR_RETURN(const frame::RowMatrix rows, opened.encoder.Encode(labeled.frame));
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<double> margins,
                             training::ModuleMargins(opened.module, rows));
  return ScoreOf(training::ProbabilitiesOf(margins), labels.values);
}

absl::StatusOr<ChurnScore> CrossValidateChurn(const ChurnOptions& options, int folds, int repeats) {
  CLIENTELE_ASSIGN_OR_RETURN(const training::LabeledTable table,
                             training::ReadLabeledTable(options.table));
  CLIENTELE_ASSIGN_OR_RETURN(const training::BinaryLabels labels,
                             training::ToBinaryLabels(table.labels, options.positive));
  const std::vector<std::int64_t> strata(labels.values.begin(), labels.values.end());
  ChurnScore mean{.rows = table.labels.size()};
  for (int repeat = 0; repeat < repeats; ++repeat) {
    const std::uint64_t seed = options.seed + static_cast<std::uint64_t>(repeat);
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<frame::Split> splits,
                               frame::KFold(table.labels.size(), folds, seed, strata));
    std::vector<double> probabilities(table.labels.size());
    double auc = 0;
    for (const frame::Split& split : splits) {
      CLIENTELE_ASSIGN_OR_RETURN(
          const TrainedTable trained,
          TrainOn(table.frame.Rows(split.training), table.columns,
                  training::SelectRows(labels.values, split.training), options, seed));
      CLIENTELE_ASSIGN_OR_RETURN(const frame::RowMatrix rows,
                                 trained.encoder.Encode(table.frame.Rows(split.validation)));
      CLIENTELE_ASSIGN_OR_RETURN(const std::vector<double> margins,
                                 training::ModuleMargins(trained.model.module, rows));
      const std::vector<double> predicted = training::ProbabilitiesOf(margins);
      for (std::size_t i = 0; i < predicted.size(); ++i) {
        probabilities[split.validation[i]] = predicted[i];
      }
      CLIENTELE_ASSIGN_OR_RETURN(
          const ChurnScore of_fold,
          ScoreOf(predicted, training::SelectRows(labels.values, split.validation)));
      auc += of_fold.auc / static_cast<double>(splits.size());
    }
    CLIENTELE_ASSIGN_OR_RETURN(const ChurnScore all, ScoreOf(probabilities, labels.values));
    mean.auc += auc / repeats;
    mean.calibration_error += all.calibration_error / repeats;
  }
  return mean;
}

}  // namespace clientele::profile

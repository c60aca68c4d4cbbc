#include "services/recommend-service/training/click_model.h"

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"

namespace clientele::recommend {

absl::StatusOr<ClickModel> TrainClickModel(const ClickModelOptions& options) {
  CLIENTELE_ASSIGN_OR_RETURN(const training::LabeledTable table,
                             training::ReadLabeledTable(options.table));
  CLIENTELE_ASSIGN_OR_RETURN(const training::BinaryLabels labels,
                             training::ToBinaryLabels(table.labels, options.positive));
  CLIENTELE_ASSIGN_OR_RETURN(
      const frame::RowEncoder encoder,
      frame::RowEncoder::Learn(table.frame, table.columns,
                               training::TableVocabulary(table.frame.rows())));
  CLIENTELE_ASSIGN_OR_RETURN(const frame::RowMatrix rows, encoder.Encode(table.frame));
  CLIENTELE_ASSIGN_OR_RETURN(
      const training::TableModel trained,
      training::TrainTableModel(rows, labels.values, ClickFamilies(options.families, rows.rows),
                                {.seed = options.families.seed}));
  ClickModel model{.folder = {}, .kept = trained.candidates[trained.chosen], .notes = table.notes};
  training::TableBundleOptions bundle = options.bundle;
  bundle.architecture = absl::StrCat("table-", model.kept.name);
  bundle.description = absl::StrCat("Probability of ", options.table.label, " = ", labels.positive,
                                    "; ", model.kept.description);
  bundle.labels = {
      labels.negative.empty() ? absl::StrCat("not ", labels.positive) : labels.negative,
      labels.positive};
  bundle.metrics = {{"auc", model.kept.auc},
                    {"ece", model.kept.calibration_error},
                    {"logloss", model.kept.logloss}};
  bundle.settings = {{"label", options.table.label},
                     {"positive", labels.positive},
                     {"seed", absl::StrCat(options.families.seed)}};
  CLIENTELE_ASSIGN_OR_RETURN(model.folder,
                             training::WriteTableBundle(trained.module, encoder, bundle));
  return model;
}

}  // namespace clientele::recommend

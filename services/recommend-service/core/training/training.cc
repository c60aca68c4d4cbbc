#include "services/recommend-service/core/training/training.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::recommend {

absl::Status CheckTrainingOptions(const TrainingOptions& options) {
  FieldViolations violations;
  if (options.factors < kMinFactors || options.factors > kMaxFactors) {
    violations.Add(
        options.hybrid ? "hybrid.factorization.factors" : "factorization.factors",
        absl::StrCat("must be ", kMinFactors, " to ", kMaxFactors, ", or 0 for ", kDefaultFactors));
  }
  if (options.epochs < 1 || options.epochs > kMaxEpochs) {
    violations.Add(options.hybrid ? "hybrid.factorization.epochs" : "factorization.epochs",
                   absl::StrCat("must be 1 to ", kMaxEpochs, ", or 0 for ", kDefaultEpochs));
  }
  if (options.sequence_epochs < 1 || options.sequence_epochs > kMaxEpochs) {
    violations.Add(
        options.hybrid ? "hybrid.sequence.epochs" : "sequence.epochs",
        absl::StrCat("must be 1 to ", kMaxEpochs, ", or 0 for ", kDefaultSequenceEpochs));
  }
  if (options.held_out_days < 1 || options.held_out_days > kMaxHeldOutDays) {
    violations.Add(
        options.hybrid     ? "hybrid.held_out_days"
        : options.sequence ? "sequence.held_out_days"
                           : "factorization.held_out_days",
        absl::StrCat("must be 1 to ", kMaxHeldOutDays, ", or 0 for ", kDefaultHeldOutDays));
  }
  return violations.ToStatus();
}

absl::Status TrainingDisabled() {
  return WithReason(
      absl::FailedPreconditionError(
          "training is off: start recommend-service with --signing_key_file and --model_dir"),
      "TRAINING_DISABLED");
}

absl::Status TrainingRunning(absl::string_view name, absl::Time start_time) {
  return WithReason(absl::FailedPreconditionError(absl::StrCat(
                        "another training runs: ", name, ", since ",
                        absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", start_time, absl::UTCTimeZone()),
                        "; wait until it has ended, or cancel it")),
                    "TRAINING_RUNNING");
}

absl::Status TrainingTurnLost() {
  return WithReason(
      absl::AbortedError("this training was not heard of for too long, and another one may run"),
      "TRAINING_TURN_LOST");
}

absl::Status NothingToTrainOn() {
  return WithReason(
      absl::FailedPreconditionError("there are no interactions to train on: import events first"),
      "NO_INTERACTIONS");
}

absl::StatusOr<TrainingReport> ModelTraining::Run(const RequestContext& context,
                                                  absl::string_view name,
                                                  const TrainingOptions& options,
                                                  const TrainingProgress& progress) {
  CLIENTELE_RETURN_IF_ERROR(CheckTrainingOptions(options));
  CLIENTELE_ASSIGN_OR_RETURN(const std::unique_ptr<TrainingTurn> turn,
                             store_->BeginTraining(context, name));
  if (std::optional<TrainingReport> found = publisher_->FindReport(name); found.has_value()) {
    models_->Refresh();
    return *std::move(found);
  }
  CLIENTELE_ASSIGN_OR_RETURN(const TrainingSet set, store_->LoadTrainingSet(context));
  if (set.examples.empty()) return NothingToTrainOn();
  CLIENTELE_ASSIGN_OR_RETURN(const Factorization factorization,
                             factorizer_->Train(set, options, [&](int completed, int total) {
                               CLIENTELE_RETURN_IF_ERROR(turn->Check());
                               return progress(completed, total);
                             }));
  // What serves by now, not what served when this began.
  models_->Refresh();
  const std::shared_ptr<const CollaborativeModel> serving = models_->Current();
  CLIENTELE_ASSIGN_OR_RETURN(Comparison comparison, judge_->Compare(context, options, serving, [&] {
    CLIENTELE_RETURN_IF_ERROR(turn->Check());
    return progress(options.epochs, options.epochs);
  }));
  ModelIdentity model{.training_id = turn->training_id()};
  CLIENTELE_ASSIGN_OR_RETURN(model.id, publisher_->NextModelId());
  TrainingReport report;
  report.training = std::string(name);
  report.model_id = model.id;
  report.interaction_count = set.interaction_count;
  report.metrics = factorization.metrics;
  report.publications.push_back(
      DecidePublication(model.id, std::move(comparison), options.publish_anyway));
  if (!IsPublished(report.publications.back().outcome)) {
    CLIENTELE_RETURN_IF_ERROR(turn->Check());
    CLIENTELE_RETURN_IF_ERROR(publisher_->KeepAside(model, set, options, factorization, report));
    return report;
  }
  CLIENTELE_RETURN_IF_ERROR(store_->SaveCustomerFactors(
      context, model, serving == nullptr ? "" : serving->id(), set, factorization));
  CLIENTELE_RETURN_IF_ERROR(turn->Check());
  CLIENTELE_RETURN_IF_ERROR(publisher_->Publish(model, set, options, factorization, report));
  // Whoever sees this training done is served by its model, here at least.
  models_->Refresh();
  return report;
}

}  // namespace clientele::recommend

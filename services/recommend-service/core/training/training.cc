#include "services/recommend-service/core/training/training.h"

#include <memory>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::recommend {

absl::Status CheckTrainingOptions(const TrainingOptions& options) {
  FieldViolations violations;
  if (options.factors < kMinFactors || options.factors > kMaxFactors) {
    violations.Add(
        "factorization.factors",
        absl::StrCat("must be ", kMinFactors, " to ", kMaxFactors, ", or 0 for ", kDefaultFactors));
  }
  if (options.epochs < 1 || options.epochs > kMaxEpochs) {
    violations.Add("factorization.epochs",
                   absl::StrCat("must be 1 to ", kMaxEpochs, ", or 0 for ", kDefaultEpochs));
  }
  return violations.ToStatus();
}

absl::Status TrainingDisabled() {
  return WithReason(
      absl::FailedPreconditionError(
          "training is off: start recommend-service with --signing_key_file and --model_dir"),
      "TRAINING_DISABLED");
}

absl::StatusOr<TrainingReport> ModelTraining::Run(const RequestContext& context,
                                                  const TrainingOptions& options,
                                                  const TrainingProgress& progress) {
  CLIENTELE_RETURN_IF_ERROR(CheckTrainingOptions(options));
  CLIENTELE_ASSIGN_OR_RETURN(const TrainingSet set, store_->LoadTrainingSet(context));
  if (set.examples.empty()) {
    return WithReason(
        absl::FailedPreconditionError("there are no interactions to train on: import events first"),
        "NO_INTERACTIONS");
  }
  CLIENTELE_ASSIGN_OR_RETURN(const Factorization factorization,
                             factorizer_->Train(set, options, progress));
  CLIENTELE_ASSIGN_OR_RETURN(const std::string model_id, publisher_->NextModelId());
  const std::shared_ptr<const CollaborativeModel> serving = models_->Current();
  CLIENTELE_RETURN_IF_ERROR(store_->SaveCustomerFactors(
      context, model_id, serving == nullptr ? "" : serving->id(), set, factorization));
  CLIENTELE_RETURN_IF_ERROR(publisher_->Publish(model_id, set, options, factorization));
  // Whoever sees this training done is served by its model, here at least.
  models_->Refresh();

  TrainingReport report;
  report.model_id = model_id;
  report.interaction_count = set.interaction_count;
  report.metrics = factorization.metrics;
  return report;
}

}  // namespace clientele::recommend

#include "services/recommend-service/training/sequence/sequence_family.h"

#include <ATen/ATen.h>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/training/candidates/factor_scorer.h"
#include "services/recommend-service/training/candidates/popularity.h"

namespace clientele::recommend {
namespace {

std::string ChoiceOf(const TrainedSequence& trained) {
  if (!trained.loop.best.has_value()) return absl::StrCat(trained.loop.epochs.size(), " epochs");
  return absl::StrFormat("%d of %d epochs, nDCG %.4f of the next items of %d customers",
                         trained.loop.best->at + 1, trained.loop.epochs.size(),
                         trained.loop.best->value, trained.held_out);
}

}  // namespace

std::string SequenceFamily::Description() const {
  return absl::StrCat("sequence(positions=", options_.positions, ", width=", options_.width,
                      ", layers=", options_.layers, ", negatives=", options_.negatives,
                      ", calibration=", options_.calibration, ")");
}

absl::StatusOr<std::unique_ptr<ItemScorer>> SequenceFamily::Fit(
    const CandidateTraining& training) const {
  if (training.order == nullptr) {
    return absl::InvalidArgumentError("sequences need the order of what customers touched");
  }
  SequenceTrainingOptions options = options_;
  options.seed = training.seed;
  const auto trained = TrainItemSequence(*training.order, training.interactions.columns, options);
  if (!trained.ok()) {
    if (GetReason(trained.status()) == "TOO_FEW_INTERACTIONS") return Popularity().Fit(training);
    return trained.status();
  }
  CLIENTELE_ASSIGN_OR_RETURN(const at::Tensor customers,
                             SequenceVectors(trained->module, *training.order, options.positions));
  return std::make_unique<FactorScorer>(customers, trained->module.attr("table").toTensor(),
                                        ChoiceOf(*trained));
}

}  // namespace clientele::recommend

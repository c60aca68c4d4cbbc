#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_CONFIDENCE_CONFIDENCE_FIT_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_CONFIDENCE_CONFIDENCE_FIT_H_

// Weights of the confidence, and the least that answers, from observations.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const ConfidenceFit fit, FitConfidence(observed, {}));
//   fit.fitted;                     // for ConfidenceSettings()
//   fit.knowledge[0].answered;      // on questions that were not fitted to
//
// First how much the evidence of a reranker and a reader adds to a search's score: of some steps,
// those with which the first passage is right most often. Then a logistic regression of "the first
// passage is right" on kNamedFeatures. All figures, and the least confidence, come from
// cross-validation by topic: each observation is ordered and judged by weights that were fitted to
// the topics of other rounds (RoundOf). Pure.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "services/qa-service/core/answering/confidence.h"
#include "services/qa-service/training/confidence/answer_observations.h"

namespace clientele::qa {

struct ConfidenceFitOptions {
  double penalty = 1.0;  // FitLogisticRegression's
  // The least confidence is the lowest at which no more of the questions without their article are
  // answered: the mean over the knowledges of that share.
  double max_answered_removed = 0.05;
};

// Shares of one knowledge's questions at FittedConfidence::min_confidence.
struct KnowledgeFigures {
  std::string name = {};
  double right_first = 0;       // the best passage is right, answered or not
  double answered = 0;          // of those whose article stands
  double answered_rightly = 0;  // of the same, from an article that is right
  double answered_removed = 0;  // of those whose article is away
};

struct ConfidenceFit {
  FittedConfidence fitted = {};
  double expected_calibration_error = 0;  // all observations, 15 bins of equal width
  std::vector<KnowledgeFigures> knowledge = {};
};

// INVALID_ARGUMENT for no observations; FAILED_PRECONDITION where all of them are right, or none.
absl::StatusOr<ConfidenceFit> FitConfidence(absl::Span<const ObservedKnowledge> observed,
                                            const ConfidenceFitOptions& options);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_CONFIDENCE_CONFIDENCE_FIT_H_

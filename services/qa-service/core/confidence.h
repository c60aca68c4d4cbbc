#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_CONFIDENCE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_CONFIDENCE_H_

// How sure it is that a passage answers a question: a logistic regression over
// what the search found,
//
//   confidence = 1 / (1 + exp(-(bias + sum of weight_i * feature_i)))
//
// The default weights were fitted to public support questions with known answers
// and to questions of other fields that nothing answers (README.md says how).
// Pure functions, thread-safe.

#include <vector>

#include "services/qa-service/core/knowledge_index.h"

namespace clientele::qa {

// Each in [0, 1].
struct AnswerFeatures {
  double coverage = 0;  // PassageHit::coverage
  double lexical = 0;   // the better of the two rows
  double cosine = 0;    // the better of the two rows
  // How far the second article is behind the first, relative to it; 0 when there
  // is none to compare with.
  double margin = 0;
};

struct ConfidenceWeights {
  double bias = 0;
  double coverage = 0;
  double lexical = 0;
  double cosine = 0;
  double margin = 0;
};

struct ConfidenceOptions {
  // With vectors, and by words alone.
  ConfidenceWeights hybrid = {-4.2, 5.1, 2.1, 1.9, 1.8};
  ConfidenceWeights words = {-3.6, 5.0, 2.3, 0.0, 0.9};
};

// Of hits[0]; hits is not empty.
AnswerFeatures FeaturesOf(const std::vector<PassageHit>& hits);

// In (0, 1).
double Confidence(const AnswerFeatures& features, bool dense, const ConfidenceOptions& options);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_CONFIDENCE_H_

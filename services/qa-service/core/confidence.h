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
  double margin = 0;    // how far the second article is behind the first, relative
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
  ConfidenceWeights hybrid = {-5.0, 4.0, 3.0, 4.0, 0.5};
  ConfidenceWeights words = {-4.0, 5.0, 3.0, 0.0, 0.5};
};

// Of hits[0]; hits is not empty.
AnswerFeatures FeaturesOf(const std::vector<PassageHit>& hits);

// In (0, 1).
double Confidence(const AnswerFeatures& features, bool dense, const ConfidenceOptions& options);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_CONFIDENCE_H_

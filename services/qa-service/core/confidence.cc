#include "services/qa-service/core/confidence.h"

#include <algorithm>
#include <cmath>

namespace clientele::qa {

AnswerFeatures FeaturesOf(const std::vector<PassageHit>& hits) {
  const PassageHit& best = hits.front();
  AnswerFeatures features;
  features.coverage = best.coverage;
  features.lexical = std::max(best.text.lexical, best.question.lexical);
  features.cosine = std::clamp(std::max(best.text.cosine, best.question.cosine), 0.0, 1.0);
  if (hits.size() > 1 && best.score > 0) {
    features.margin = std::clamp((best.score - hits[1].score) / best.score, 0.0, 1.0);
  }
  return features;
}

double Confidence(const AnswerFeatures& features, bool dense, const ConfidenceOptions& options) {
  const ConfidenceWeights& weights = dense ? options.hybrid : options.words;
  const double evidence = weights.bias + weights.coverage * features.coverage +
                          weights.lexical * features.lexical + weights.cosine * features.cosine +
                          weights.margin * features.margin;
  return 1 / (1 + std::exp(-evidence));
}

}  // namespace clientele::qa

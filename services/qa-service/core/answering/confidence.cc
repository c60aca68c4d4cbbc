#include "services/qa-service/core/answering/confidence.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace clientele::qa {

AnswerFeatures FeaturesOf(const SearchResult& result) {
  const PassageHit& best = result.hits.front();
  const double known = std::accumulate(result.word_weights.begin(), result.word_weights.end(), 0.0);
  AnswerFeatures features;
  features.coverage = best.coverage;
  features.mass = std::log1p(best.coverage * known);
  features.cosine = std::clamp(std::max(best.text.cosine, best.question.cosine), 0.0, 1.0);
  features.agreement = std::clamp(std::min(best.text.cosine, best.question.cosine), 0.0, 1.0);
  if (result.hits.size() > 1 && best.score > 0) {
    features.margin = std::clamp((best.score - result.hits[1].score) / best.score, 0.0, 1.0);
  }
  return features;
}

double Confidence(const AnswerFeatures& features, const ConfidenceWeights& weights) {
  double evidence = weights.bias;
  for (const NamedFeature& feature : kNamedFeatures) {
    evidence += weights.of.*feature.value * features.*feature.value;
  }
  return 1 / (1 + std::exp(-evidence));
}

}  // namespace clientele::qa

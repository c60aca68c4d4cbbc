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

double Confidence(const AnswerFeatures& features, bool dense, const ConfidenceOptions& options) {
  const ConfidenceWeights& weights = dense ? options.hybrid : options.words;
  const double evidence = weights.bias + weights.coverage * features.coverage +
                          weights.mass * features.mass + weights.cosine * features.cosine +
                          weights.agreement * features.agreement + weights.margin * features.margin;
  return 1 / (1 + std::exp(-evidence));
}

}  // namespace clientele::qa

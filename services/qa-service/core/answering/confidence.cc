#include "services/qa-service/core/answering/confidence.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace clientele::qa {

double ScoreMargin(double best, double second) {
  return best > 0 ? std::clamp((best - second) / best, 0.0, 1.0) : 0;
}

AnswerFeatures FeaturesOf(const SearchResult& result, const Judgment& judgment) {
  const PassageHit& best = result.hits.front();
  const double known = std::accumulate(result.word_weights.begin(), result.word_weights.end(), 0.0);
  AnswerFeatures features;
  features.coverage = best.coverage;
  features.mass = std::log1p(best.coverage * known);
  features.cosine = std::clamp(std::max(best.text.cosine, best.question.cosine), 0.0, 1.0);
  features.agreement = std::clamp(std::min(best.text.cosine, best.question.cosine), 0.0, 1.0);
  if (result.hits.size() > 1) features.margin = ScoreMargin(best.score, result.hits[1].score);
  features.rank = RankEvidence(judgment);
  features.reading = ReadingEvidence(judgment);
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

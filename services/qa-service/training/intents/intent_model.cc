#include "services/qa-service/training/intents/intent_model.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace clientele::qa {

Familiarity MeasureFamiliarity(const EncodedTexts& texts, std::size_t text,
                               const TextFeatures& features, absl::Span<const float> centroids) {
  Familiarity familiarity;
  const absl::Span<const float> vector = texts.Vector(text);
  double nearest = -1;
  for (std::size_t at = 0; at + vector.size() <= centroids.size() && !vector.empty();
       at += vector.size()) {
    double cosine = 0;
    for (std::size_t i = 0; i < vector.size(); ++i) {
      cosine += static_cast<double>(vector[i] * centroids[at + i]);
    }
    nearest = std::max(nearest, cosine);
  }
  familiarity.nearest_centroid = nearest;
  for (std::size_t list = 0; list < texts.ngrams.size(); ++list) {
    const NgramIds& ids = texts.ngrams[list][text];
    const std::vector<std::int64_t>& known = features.lists()[list].ids();
    const auto seen = std::count_if(ids.begin(), ids.end(), [&](std::int64_t id) {
      return std::binary_search(known.begin(), known.end(), id);
    });
    familiarity.known_shares.push_back(
        ids.empty() ? 0 : static_cast<double>(seen) / static_cast<double>(ids.size()));
  }
  return familiarity;
}

std::vector<double> RejectionEvidence(absl::Span<const double> margins,
                                      absl::Span<const double> logits,
                                      absl::Span<const double> tuned,
                                      const Familiarity& familiarity) {
  std::vector<double> sorted(logits.begin(), logits.end());
  std::partial_sort(sorted.begin(), sorted.begin() + 2, sorted.end(), std::greater<>());
  double sum = 0;
  for (const double logit : logits) sum += std::exp(logit - sorted[0]);
  const double outside = margins.size() > logits.size() ? margins.back() : 0;
  const double best_tuned = tuned.empty() ? 0 : *std::max_element(tuned.begin(), tuned.end());
  std::vector<double> evidence = {sorted[0], sorted[0] + std::log(sum),    sorted[0] - sorted[1],
                                  outside,   familiarity.nearest_centroid, best_tuned};
  evidence.insert(evidence.end(), familiarity.known_shares.begin(), familiarity.known_shares.end());
  return evidence;
}

std::vector<float> Centroids(const EncodedTexts& texts, absl::Span<const std::size_t> rows,
                             absl::Span<const int> classes_of, std::size_t labels) {
  const std::size_t width = texts.dimension;
  std::vector<float> centroids(labels * width, 0.0F);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto of_class = static_cast<std::size_t>(classes_of[i]);
    if (of_class >= labels) continue;
    const absl::Span<const float> vector = texts.Vector(rows[i]);
    for (std::size_t j = 0; j < width; ++j) centroids[of_class * width + j] += vector[j];
  }
  for (std::size_t label = 0; label < labels; ++label) {
    const absl::Span<float> centroid = absl::MakeSpan(centroids).subspan(label * width, width);
    double square = 0;
    for (const float value : centroid) square += static_cast<double>(value * value);
    if (square == 0) continue;
    for (float& value : centroid) {
      value = static_cast<float>(static_cast<double>(value) / std::sqrt(square));
    }
  }
  return centroids;
}

}  // namespace clientele::qa

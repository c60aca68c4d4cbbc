#include "services/qa-service/training/intents/text_features.h"

#include <cmath>
#include <utility>

namespace clientele::qa {
namespace {

std::vector<float> MeanVector(const EncodedTexts& texts, absl::Span<const std::size_t> rows) {
  std::vector<double> sums(texts.dimension, 0.0);
  for (const std::size_t row : rows) {
    const absl::Span<const float> vector = texts.Vector(row);
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += static_cast<double>(vector[i]);
  }
  std::vector<float> mean;
  mean.reserve(sums.size());
  for (const double sum : sums) {
    mean.push_back(static_cast<float>(sum / static_cast<double>(rows.size())));
  }
  return mean;
}

// A text without tokens has zeros, and keeps them.
void AppendVector(absl::Span<const float> vector, const std::vector<float>& mean, float norm,
                  std::vector<float>& out) {
  double square = 0;
  bool known = false;
  const std::size_t begin = out.size();
  for (std::size_t i = 0; i < vector.size(); ++i) {
    const float value = vector[i] - mean[i];
    known = known || vector[i] != 0;
    square += static_cast<double>(value) * static_cast<double>(value);
    out.push_back(value);
  }
  const double scale = known && square > 0 ? static_cast<double>(norm) / std::sqrt(square) : 0;
  for (std::size_t i = begin; i < out.size(); ++i) {
    out[i] = static_cast<float>(static_cast<double>(out[i]) * scale);
  }
}

}  // namespace

TextFeatures TextFeatures::Fit(const EncodedTexts& texts, absl::Span<const std::size_t> rows,
                               const TextFeatureOptions& options) {
  TextFeatures features;
  features.options_ = options;
  features.lists_.reserve(texts.ngrams.size());
  for (const std::vector<NgramIds>& list : texts.ngrams) {
    features.lists_.push_back(NgramWeights::Fit(list, rows, options.min_texts));
  }
  features.mean_ = MeanVector(texts, rows);
  return features;
}

FeatureRows TextFeatures::Apply(const EncodedTexts& texts) const {
  FeatureRows rows;
  for (const NgramWeights& list : lists_) rows.sparse_width += list.size();
  rows.dense_width = options_.vector_norm > 0 ? texts.dimension : 0;
  rows.offsets.reserve(texts.size() + 1);
  rows.dense.reserve(texts.size() * rows.dense_width);
  std::vector<std::pair<std::int32_t, float>> features;
  for (std::size_t text = 0; text < texts.size(); ++text) {
    features.clear();
    std::int32_t first = 0;
    for (std::size_t list = 0; list < lists_.size(); ++list) {
      if (options_.ngram_norms[list] > 0) {
        lists_[list].Apply(texts.ngrams[list][text], options_.ngram_norms[list], first, features);
      }
      first += static_cast<std::int32_t>(lists_[list].size());
    }
    for (const auto& [index, value] : features) {
      rows.indices.push_back(index);
      rows.values.push_back(value);
    }
    rows.offsets.push_back(rows.indices.size());
    if (rows.dense_width > 0) {
      AppendVector(texts.Vector(text), mean_, options_.vector_norm, rows.dense);
    }
  }
  return rows;
}

}  // namespace clientele::qa

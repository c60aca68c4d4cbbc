#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_TEXT_FEATURES_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_TEXT_FEATURES_H_

// What of a text a linear model sees: TF-IDF of lists of n-grams, and the encoder's vector, each
// scaled to a length that says how much it counts.
//
//   const TextFeatures fitted = TextFeatures::Fit(texts, rows, {.ngram_norms = {1, 1}});
//   const FeatureRows features = fitted.Apply(texts);
//
// The vector is taken relative to the mean of the training texts' vectors, which encoders that were
// not trained for similarity have in common.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"

#include "services/qa-service/training/intents/feature_rows.h"
#include "services/qa-service/training/intents/ngram_weights.h"

namespace clientele::qa {

// Texts as their n-grams and vectors.
struct EncodedTexts {
  std::vector<std::vector<NgramIds>> ngrams = {};  // of each list, of each text
  std::size_t dimension = 0;
  std::vector<float> vectors = {};  // [texts, dimension], of unit length or zeros

  std::size_t size() const { return ngrams.empty() ? 0 : ngrams.front().size(); }
  absl::Span<const float> Vector(std::size_t text) const {
    return absl::MakeConstSpan(vectors).subspan(text * dimension, dimension);
  }
};

struct TextFeatureOptions {
  std::vector<float> ngram_norms = {};  // of each list; 0 leaves it out
  float vector_norm = 1;                // 0 leaves the vector out
  std::size_t min_texts = 1;            // n-grams of fewer texts are left out
};

class TextFeatures {
 public:
  TextFeatures() = default;
  // From the texts that `rows` names; not empty.
  static TextFeatures Fit(const EncodedTexts& texts, absl::Span<const std::size_t> rows,
                          const TextFeatureOptions& options);

  FeatureRows Apply(const EncodedTexts& texts) const;

  const TextFeatureOptions& options() const { return options_; }
  const std::vector<NgramWeights>& lists() const { return lists_; }
  const std::vector<float>& mean() const { return mean_; }

 private:
  TextFeatureOptions options_;
  std::vector<NgramWeights> lists_;
  std::vector<float> mean_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_TEXT_FEATURES_H_

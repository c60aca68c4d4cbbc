#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_NGRAM_WEIGHTS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_NGRAM_WEIGHTS_H_

// TF-IDF over hashed n-grams (common/text/hashed_ngrams.h): which n-grams there are, and what one
// is worth.
//
//   const NgramWeights weights = NgramWeights::Fit(ids_of_training_texts, /*min_texts=*/1);
//   weights.Apply(ids, /*norm=*/1.0F, /*first=*/0, features);
//
// An n-gram's value in a text is (1 + ln count) * idf with idf = 1 + ln((1 + texts) / (1 + texts
// that have it)) (Salton, Buckley, Term-weighting approaches in automatic text retrieval, 1988;
// smoothed as if one more text had every n-gram), and the values of a text are scaled to a given
// length. N-grams that training did not see count nothing. A value; thread-safe.

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/types/span.h"

namespace clientele::qa {

using NgramIds = std::vector<std::int64_t>;

class NgramWeights {
 public:
  NgramWeights() = default;
  // `texts` are the ids of each text; n-grams in fewer than `min_texts` of those named in `rows`
  // are left out.
  static NgramWeights Fit(absl::Span<const NgramIds> texts, absl::Span<const std::size_t> rows,
                          std::size_t min_texts);

  // Appends (first + index, value) for each n-gram of the text, by ascending index. The values'
  // Euclidean norm is `norm`, or 0 where none is known.
  void Apply(const NgramIds& ids, float norm, std::int32_t first,
             std::vector<std::pair<std::int32_t, float>>& features) const;

  std::size_t size() const { return ids_.size(); }
  // Ascending; an n-gram's place is its index.
  const std::vector<std::int64_t>& ids() const { return ids_; }
  const std::vector<float>& idf() const { return idf_; }

 private:
  std::vector<std::int64_t> ids_;
  std::vector<float> idf_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_NGRAM_WEIGHTS_H_

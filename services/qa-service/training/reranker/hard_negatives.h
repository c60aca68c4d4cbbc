#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_RERANKER_HARD_NEGATIVES_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_RERANKER_HARD_NEGATIVES_H_

#include <cstddef>
#include <vector>

#include "absl/types/span.h"

namespace clientele::qa {

// The first `lexical` of `by_words` and the first `by_meaning` of `by_vectors` that are not the
// right one, each once, in that order. Where both have too few, passages are taken from the number
// after the right one on, of `passages`; fewer only where there are no more. Pure.
std::vector<std::size_t> HardNegatives(std::size_t right, std::size_t passages,
                                       absl::Span<const std::size_t> by_words, std::size_t lexical,
                                       absl::Span<const std::size_t> by_vectors,
                                       std::size_t by_meaning);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_RERANKER_HARD_NEGATIVES_H_

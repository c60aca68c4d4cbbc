#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_DIVERSITY_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_DIVERSITY_H_

// Maximal marginal relevance: of what is left the next is the one with the greatest
//
//   lambda * relevance - (1 - lambda) * greatest similarity to what was taken
//
// (Carbonell, Goldstein, The use of MMR, diversity-based reranking for reordering documents and
// producing summaries, SIGIR 1998), relevance being the score on the scale from the least of the
// items to the greatest, 0 to 1.

#include <cstddef>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"

namespace clientele::recommend {

// Indexes of at most `count` of the items, in the order in which they are taken. `scores` are best
// first and finite; `lambda` is 0 to 1, and at 1 the order is that of the scores. `similarity` of
// two indexes is 0 to 1. O(count * items) similarities.
std::vector<std::size_t> MaximalMarginalRelevance(
    absl::Span<const double> scores, std::size_t count, double lambda,
    absl::FunctionRef<double(std::size_t, std::size_t)> similarity);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_DIVERSITY_H_

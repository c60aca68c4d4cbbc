#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_RERANKER_RANKER_MODULE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_RERANKER_RANKER_MODULE_H_

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "absl/types/span.h"

#include "common/inference/tasks/token_row.h"
#include "services/qa-service/training/pair_module.h"

namespace clientele::qa {

// Gives the module a head that scores, and the method forward(ids, mask, segments) of a
// TEXT_RANKER. The score begins as zero, so that the search's order stands, and is learned from the
// states and from how much of the question the passage covers. Its tensors are named "rank_...".
// Throws what torch throws.
void AddRankHead(PairModule& pair, std::uint64_t seed);

// [B]. `dropout` of the states, for training; 0 otherwise.
at::Tensor RankScores(const torch::jit::Module& ranker,
                      absl::Span<const inference::TokenRow* const> rows, double dropout);

// Mean over the lists of -log softmax of the first score, which is the right passage's: `scores`
// are of one list behind the other, `sizes` many each, at least 2 (Xia et al., Listwise approach to
// learning to rank, ICML 2008, with one right document).
at::Tensor FirstOfListLoss(const at::Tensor& scores, absl::Span<const std::int64_t> sizes);

// Between 1 and 1000, the factor of all scores at which FirstOfListLoss of the lists is least.
double LikeliestScale(absl::Span<const std::vector<float>> lists);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_RERANKER_RANKER_MODULE_H_

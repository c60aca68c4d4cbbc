#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_CANDIDATES_CANDIDATE_POOL_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_CANDIDATES_CANDIDATE_POOL_H_

// The candidates of all sources, each item once, with what every source says of it.
//
//   const std::vector<Candidate> pool = PoolCandidates(request.view, MakeGenerators(request), 200);
//   pool[0].scores[1];   // of "item-item", also where another source brought the item

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/types/span.h"

#include "services/recommend-service/core/candidates/candidate_generator.h"

namespace clientele::recommend {

struct Candidate {
  const CatalogEntry* entry = nullptr;
  std::int32_t slot = -1;  // of the view
  // By kCandidateSources: NaN where the source says nothing, and its place among the source's best,
  // from 1 on; 0: it is not among them.
  std::array<float, kCandidateSources.size()> scores = {};
  std::array<int, kCandidateSources.size()> ranks = {};
};

// Told after each source, with its index and how many it brought.
using SourceObserver = std::function<void(std::size_t source, std::size_t candidates)>;

// By id, ascending: at most `per_source` of each source, and those of the catalog among `also`.
std::vector<Candidate> PoolCandidates(
    const ServingView& view, const std::vector<std::unique_ptr<CandidateGenerator>>& generators,
    int per_source, absl::Span<const std::string> also = {}, const SourceObserver& observer = {});

// Reciprocal rank fusion of Candidate::ranks: the sum over the sources of 1 / (60 + rank),
// popularity counting a quarter (Cormack, Clarke, Büttcher, Reciprocal rank fusion outperforms
// Condorcet and individual rank learning methods, SIGIR 2009).
double FusedScore(const std::array<int, kCandidateSources.size()>& ranks);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_CANDIDATES_CANDIDATE_POOL_H_

#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_HYBRID_SELECTION_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_HYBRID_SELECTION_H_

// The hybrid recommender for one customer: candidates of several sources, merged, ranked, and
// spread out.
//
//   candidates  each source's best that are wanted and not left out    candidate_generator.h
//   pool        each item once, with every source's score              candidate_pool.h
//   ranking     by the ranker, or by rank fusion while none serves     ranking_features.h, ranker.h
//   diversity   maximal marginal relevance                             diversity.h

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/time/clock.h"
#include "services/recommend-service/core/candidates/candidate_pool.h"
#include "services/recommend-service/core/ranking/ranker.h"
#include "services/recommend-service/core/ranking/recommendation.h"

namespace clientele::recommend {

struct HybridOptions {
  int per_source = 200;         // candidates of each source
  double diversity_lambda = 1;  // 0 to 1; 1: by score alone
  // How many of the best diversity chooses from, for each that is asked for.
  std::size_t diversity_depth = 10;
};

struct HybridItem {
  Candidate candidate;
  double score = 0;
  std::vector<float> features = {};  // that the ranker read, where that was wanted
};

struct HybridSelection {
  std::vector<HybridItem> items;  // in the order of diversity; with lambda 1 best first, then by id
  std::string ranker;             // "name/version"; empty: by rank fusion
  std::vector<TraceStage> trace;
};

struct HybridQuery {
  absl::string_view customer_id;
  std::size_t count = 0;
  double diversity_lambda = 1;
  // Only these items, whether wanted and left out or not; null: what the sources bring.
  const std::vector<std::string>* only = nullptr;
  bool wants_features = false;
};

// At most query.count items. `ranker` may be null. Errors are the ranker's, but for UNAVAILABLE,
// which means rank fusion. `clock` times the stages.
absl::StatusOr<HybridSelection> SelectHybrid(const RequestContext& context,
                                             const CandidateRequest& request,
                                             const HybridQuery& query, const HybridOptions& options,
                                             Ranker* ranker, const Clock& clock);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_HYBRID_SELECTION_H_

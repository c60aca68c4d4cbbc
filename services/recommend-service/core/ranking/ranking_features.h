#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_RANKING_FEATURES_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_RANKING_FEATURES_H_

// What a ranker is told of a candidate: one definition, for the table that it is trained on and for
// the requests that it serves.
//
//   const RankingFeatures features(view, history, pool, now);
//   features.Of(pool[0]);   // in the order of RankingFeatureNames()
//
// Of each source (kCandidateSources): its score, the score as a share of the greatest in the pool,
// and its rank. Of the customer: how many items they touched, bought, and how strongly in all. Of
// the item: its popularity, the part of it that is of late and their Trend() (both NaN where no
// item's is known), and whether its factors are estimated. Of both: the shares of the
// customer's preference that the item's category and its brand hold.

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

#include "services/recommend-service/core/candidates/candidate_pool.h"
#include "services/recommend-service/core/items/recent_popularity.h"

namespace clientele::recommend {

// Bundles of rankers name the features that they read by these.
const std::vector<std::string>& RankingFeatureNames();

// Immutable; of one request.
class RankingFeatures {
 public:
  // Borrows the view; the rest is read once.
  RankingFeatures(const ServingView& view, const ResolvedHistory& history,
                  absl::Span<const Candidate> pool, absl::Time now);

  // NaN where something is not known.
  std::vector<float> Of(const Candidate& candidate) const;

 private:
  const ServingView& view_;
  const RecentPopularity recent_;
  std::array<float, kCandidateSources.size()> greatest_ = {};
  double items_ = 0;
  double bought_ = 0;
  double preference_ = 0;
  absl::flat_hash_map<std::int32_t, double> by_category_;
  absl::flat_hash_map<std::string, double> by_brand_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_RANKING_FEATURES_H_

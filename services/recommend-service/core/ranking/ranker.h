#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_RANKER_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_RANKER_H_

// What puts a pool of candidates in order: the port of the hybrid recommender's second stage, which
// model/ implements with a RANKER bundle.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/executor/request_context.h"

namespace clientele::recommend {

struct RankerScores {
  std::string model_id;       // "name/version"
  std::vector<float> scores;  // in the order of the rows, the greater the better
};

// Thread-safe.
class Ranker {
 public:
  virtual ~Ranker() = default;
  // Whether a version serves now.
  virtual bool stands() const = 0;
  // Rows as RankingFeatures has them. Versions may take shares of the customers. UNAVAILABLE where
  // none serves; RESOURCE_EXHAUSTED, DEADLINE_EXCEEDED and CANCELLED where it could not be waited
  // for.
  virtual absl::StatusOr<RankerScores> Score(const RequestContext& context,
                                             const std::vector<std::vector<float>>& rows,
                                             absl::string_view customer_id) = 0;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_RANKER_H_

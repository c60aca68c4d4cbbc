#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_RANKER_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_RANKER_H_

// What puts a pool of candidates in order: the port of the hybrid recommender's second stage, which
// model/ implements with a RANKER bundle.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/frame/histogram.h"

namespace clientele::recommend {

struct RankerScores {
  std::string model_id;       // "name/version"
  std::vector<float> scores;  // in the order of the rows, the greater the better
};

// What a version was trained by, as its bundle says.
struct RankerRecipe {
  int max_rounds = 0;
  int patience = 0;
  int max_depth = 0;
  double learning_rate = 0;
  double min_child_weight = 0;
  std::int64_t seed = 0;
  absl::Time trained_until;  // of the newest interaction that it has seen
};

// One version. Immutable, thread-safe.
class RankerVersion {
 public:
  virtual ~RankerVersion() = default;
  // "name/version".
  virtual const std::string& id() const = 0;
  // Nullopt where the bundle does not say.
  virtual std::optional<RankerRecipe> recipe() const = 0;
  // Of the rows that it was trained on; null where the bundle has none.
  virtual std::shared_ptr<const frame::FeatureHistograms> histograms() const = 0;
  // Rows as RankingFeatures has them; scores in their order. INVALID_ARGUMENT for a row with
  // another number of features, INTERNAL where the model fails.
  virtual absl::StatusOr<std::vector<float>> Score(
      const std::vector<std::vector<float>>& rows) const = 0;
};

// Thread-safe.
class Ranker {
 public:
  virtual ~Ranker() = default;
  // The version that serves whoever no canary does; null where none serves.
  virtual std::shared_ptr<const RankerVersion> Current() = 0;
  // Whether a version serves now.
  virtual bool stands() const = 0;
  // Whether the version that serves the customer has learned from the source (kCandidateSources);
  // else it is not asked.
  virtual bool ReadsSource(absl::string_view /*source*/, absl::string_view /*customer_id*/) {
    return true;
  }
  // Rows as RankingFeatures has them. Versions may take shares of the customers. UNAVAILABLE where
  // none serves; RESOURCE_EXHAUSTED, DEADLINE_EXCEEDED and CANCELLED where it could not be waited
  // for.
  virtual absl::StatusOr<RankerScores> Score(const RequestContext& context,
                                             const std::vector<std::vector<float>>& rows,
                                             absl::string_view customer_id) = 0;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_RANKER_H_

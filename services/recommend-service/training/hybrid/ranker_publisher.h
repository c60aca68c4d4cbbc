#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_RANKER_PUBLISHER_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_RANKER_PUBLISHER_H_

// Trains the hybrid's ranker on the past of the service's own customers and writes it as a RANKER
// bundle. Trees hold thresholds and sums over customers, nothing of one.

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "common/crypto/signing.h"
#include "common/time/clock.h"
#include "common/training/bundle_publisher.h"
#include "services/recommend-service/core/ranking/ranker.h"
#include "services/recommend-service/core/training/hybrid_training.h"
#include "services/recommend-service/training/hybrid/item_link_training.h"
#include "services/recommend-service/training/hybrid/ranker_training.h"

namespace clientele::recommend {

// Equals model/'s kRankerName; training does not depend on model/.
inline constexpr char kRankerBundleName[] = "recommend-ranker";

struct RankerPublisherOptions {
  ItemLinkOptions links = {};
  RankerTrainingOptions ranker = {};
};

// Thread-safe.
class RankerPublisher final : public RankerTrainer {
 public:
  // Borrows the clock; `keep_versions` as BundlePublisher has it.
  RankerPublisher(std::filesystem::path model_dir, crypto::SigningKey key, const Clock* clock,
                  std::size_t keep_versions, RankerPublisherOptions options = {})
      : model_dir_(model_dir),
        bundles_(std::move(model_dir), std::move(key), clock, keep_versions),
        options_(std::move(options)) {}

  absl::StatusOr<TrainingReport> TrainAndPublish(
      absl::string_view name, RankingPast past, const TrainingOptions& options,
      std::shared_ptr<const SequenceModel> sequence, std::shared_ptr<const RankerVersion> serving,
      const std::function<absl::Status()>& check) const override;
  std::optional<TrainingReport> FindReport(absl::string_view training) const override;

 private:
  const std::filesystem::path model_dir_;
  const training::BundlePublisher bundles_;
  const RankerPublisherOptions options_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_RANKER_PUBLISHER_H_

#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_PREDICTIONS_MODEL_ARCHIVE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_PREDICTIONS_MODEL_ARCHIVE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "services/recommend-service/core/ranking/collaborative_model.h"
#include "services/recommend-service/core/ranking/ranker.h"
#include "services/recommend-service/core/ranking/sequence_model.h"

namespace clientele::recommend {

// Any version that the model folder still has, whether it serves or served before: a port that
// model/ implements. `id` is "name/version". FAILED_PRECONDITION, reason MODEL_GONE, where the
// folder has it no longer; RESOURCE_EXHAUSTED at once while another call loads one. What is
// returned is in memory as long as it is held. Thread-safe.
class ModelArchive {
 public:
  virtual ~ModelArchive() = default;

  virtual absl::StatusOr<std::shared_ptr<const CollaborativeModel>> OpenFactorization(
      absl::string_view id) = 0;
  virtual absl::StatusOr<std::shared_ptr<const RankerVersion>> OpenRanker(absl::string_view id) = 0;
  virtual absl::StatusOr<std::shared_ptr<const SequenceModel>> OpenSequence(
      absl::string_view id) = 0;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_PREDICTIONS_MODEL_ARCHIVE_H_

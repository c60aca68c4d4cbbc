#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_MODEL_BUNDLE_ARCHIVE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_MODEL_BUNDLE_ARCHIVE_H_

// Versions of the model folder that served once, for replays: each is checked as one that shall
// serve, and loaded for the call that asks. What serves now is given as it is. No torch here.

#include <memory>
#include <mutex>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "services/recommend-service/core/predictions/model_archive.h"
#include "services/recommend-service/model/bundle_collaborative_models.h"
#include "services/recommend-service/model/bundle_ranker.h"
#include "services/recommend-service/model/bundle_sequence_models.h"

namespace clientele::recommend {

// Thread-safe.
class BundleArchive final : public ModelArchive {
 public:
  // Borrows the handles; null ones: no version may be loaded.
  BundleArchive(const CollaborativeModelHandle* factorization, const RankerHandle* ranker,
                const SequenceModelHandle* sequence)
      : factorization_(factorization), ranker_(ranker), sequence_(sequence) {}

  absl::StatusOr<std::shared_ptr<const CollaborativeModel>> OpenFactorization(
      absl::string_view id) override;
  absl::StatusOr<std::shared_ptr<const RankerVersion>> OpenRanker(absl::string_view id) override;
  absl::StatusOr<std::shared_ptr<const SequenceModel>> OpenSequence(absl::string_view id) override;

 private:
  const CollaborativeModelHandle* const factorization_;
  const RankerHandle* const ranker_;
  const SequenceModelHandle* const sequence_;
  std::mutex loading_;  // held while a version is loaded, so that memory holds one of them
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_MODEL_BUNDLE_ARCHIVE_H_

#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_FACTORIZATION_PUBLISHER_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_FACTORIZATION_PUBLISHER_H_

// Writes a factorization as a signed COLLABORATIVE_FILTER bundle (contract:
// model/bundle_collaborative_models.h).

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

#include "common/crypto/signing.h"
#include "common/time/clock.h"
#include "common/training/bundle_publisher.h"
#include "services/recommend-service/core/training/training.h"

namespace clientele::recommend {

// In bundles: how the features were spread that they were trained on. Equals model/'s
// kHistogramsName.
inline constexpr char kHistogramsFile[] = "feature_histograms.json";

// A thin user of common/training/bundle_publisher.h. Borrows the clock; thread-safe.
class FactorizationPublisher final : public ModelPublisher {
 public:
  FactorizationPublisher(std::filesystem::path model_dir, crypto::SigningKey key,
                         const Clock* clock, std::size_t keep_versions = 0)
      : model_dir_(model_dir),
        bundles_(std::move(model_dir), std::move(key), clock, keep_versions) {}

  std::optional<TrainingReport> FindReport(absl::string_view training) const override;
  absl::StatusOr<std::string> NextModelId() const override;
  absl::Status Publish(const ModelIdentity& model, const TrainingSet& set,
                       const TrainingOptions& options, const Factorization& factorization,
                       const TrainingReport& report) const override;
  absl::Status KeepAside(const ModelIdentity& model, const TrainingSet& set,
                         const TrainingOptions& options, const Factorization& factorization,
                         const TrainingReport& report) const override;

 private:
  const std::filesystem::path model_dir_;
  const training::BundlePublisher bundles_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_FACTORIZATION_PUBLISHER_H_

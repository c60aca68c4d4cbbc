#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_SEQUENCE_SEQUENCE_PUBLISHER_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_SEQUENCE_SEQUENCE_PUBLISHER_H_

// Trains what comes next on the service's own customers and writes it as a SEQUENCE_RECOMMENDER
// bundle. The module holds what items mean and what follows them, nothing of a customer; nor does a
// checkpoint.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <torch/csrc/jit/api/module.h>

#include "common/crypto/signing.h"
#include "common/time/clock.h"
#include "common/training/bundle_publisher.h"
#include "services/recommend-service/core/training/sequence_training.h"
#include "services/recommend-service/training/sequence/sequence_training.h"

namespace clientele::recommend {

// Equals model/'s kSequenceName; training does not depend on model/.
inline constexpr char kSequenceBundleName[] = "recommend-sequence";

// The module of a bundle: forward(ids, mask) and item_vectors(), where id 1 is the first item.
// Shares the trained module. Throws what torch throws.
torch::jit::Module MakeSequenceRecommender(const torch::jit::Module& trained);

// Thread-safe.
class SequencePublisher final : public SequenceTrainer {
 public:
  // Borrows the clock; `keep_versions` as BundlePublisher has it. Checkpoints are in a hidden
  // folder of `model_dir`, so that any replica goes on from them. `options`: what a training's own
  // do not say.
  SequencePublisher(std::filesystem::path model_dir, crypto::SigningKey key, const Clock* clock,
                    std::size_t keep_versions, SequenceTrainingOptions options = {})
      : model_dir_(model_dir),
        checkpoints_(model_dir / ".training" / kSequenceBundleName),
        bundles_(std::move(model_dir), std::move(key), clock, keep_versions),
        options_(std::move(options)) {}

  absl::StatusOr<std::shared_ptr<const SequenceModel>> Train(
      const TrainingSet& set, const TrainingOptions& options,
      const TrainingProgress& progress) const override;
  absl::StatusOr<TrainingReport> TrainAndPublish(
      absl::string_view name, const TrainingSet& set, const TrainingOptions& options,
      const TrainingProgress& progress,
      absl::FunctionRef<absl::StatusOr<Comparison>()> compare) const override;
  std::optional<TrainingReport> FindReport(absl::string_view training) const override;
  void DropCheckpoints() const override;

 private:
  absl::StatusOr<TrainedSequence> Fit(const TrainingSet& set, const TrainingOptions& options,
                                      const TrainingProgress& progress) const;

  const std::filesystem::path model_dir_;
  const std::filesystem::path checkpoints_;
  const training::BundlePublisher bundles_;
  const SequenceTrainingOptions options_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_SEQUENCE_SEQUENCE_PUBLISHER_H_

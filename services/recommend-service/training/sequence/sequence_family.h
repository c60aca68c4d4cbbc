#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_SEQUENCE_SEQUENCE_FAMILY_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_SEQUENCE_SEQUENCE_FAMILY_H_

// What customers who touched these items in this order touched next, as a family that is measured
// beside the others (sequence_training.h). Items that a customer touched long ago are not looked
// at. Where nobody has two items there is no order to learn, and scores are popularity's.

#include <memory>
#include <string>
#include <utility>

#include "services/recommend-service/training/candidates/item_scorer.h"
#include "services/recommend-service/training/sequence/sequence_training.h"

namespace clientele::recommend {

class SequenceFamily final : public CandidateFamily {
 public:
  // The seed is that of the training that is fitted to.
  explicit SequenceFamily(SequenceTrainingOptions options = {}) : options_(std::move(options)) {}
  std::string Description() const override;
  // Where the order is known, and what is held out came later: what comes next says little of a
  // random part of what came before.
  bool Applies(const CandidateTraining& training) const override {
    return training.order != nullptr && training.held_out_is_later;
  }
  // INVALID_ARGUMENT without CandidateTraining::order.
  absl::StatusOr<std::unique_ptr<ItemScorer>> Fit(const CandidateTraining& training) const override;

 private:
  const SequenceTrainingOptions options_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_SEQUENCE_SEQUENCE_FAMILY_H_

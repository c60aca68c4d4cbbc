#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_HYBRID_FAMILY_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_HYBRID_FAMILY_H_

// The hybrid recommender as it is served, as a family that is measured beside the others: the same
// sources, features and ranker. The ranker learns from the inner split of the training, which also
// decides whether anything comes by sequence (source_choice.h); without one the order is rank
// fusion. There is no catalog, so nothing comes by content.

#include <memory>
#include <string>

#include "services/recommend-service/core/training/training_set.h"
#include "services/recommend-service/training/candidates/item_scorer.h"
#include "services/recommend-service/training/hybrid/item_link_training.h"
#include "services/recommend-service/training/hybrid/ranker_training.h"
#include "services/recommend-service/training/sequence/sequence_training.h"

namespace clientele::recommend {

struct HybridFamilyOptions {
  TrainingOptions factorization = {};
  ItemLinkOptions links = {};
  RankerTrainingOptions ranker = {};
  SequenceTrainingOptions sequence = {};
  bool use_sequence = true;  // where the order of what customers touched is known
  bool use_ranker = true;    // false: rank fusion
};

class HybridFamily final : public CandidateFamily {
 public:
  explicit HybridFamily(HybridFamilyOptions options = {}) : options_(std::move(options)) {}
  std::string Description() const override;
  absl::StatusOr<std::unique_ptr<ItemScorer>> Fit(const CandidateTraining& training) const override;

 private:
  const HybridFamilyOptions options_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_HYBRID_FAMILY_H_

#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_SCORE_BLEND_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_SCORE_BLEND_H_

// The weighted sum of several families' scores, each standardized over the customer's candidates:
// ensemble selection (Caruana, Niculescu-Mizil, Crew, Ksikes, Ensemble Selection from Libraries of
// Models, ICML 2004). Every member is fitted to the inner training; then the member that raises
// nDCG on the inner held-out part most is added to the sum, again and again and the same one
// repeatedly if it helps. Members that were chosen are fitted to the whole.
//
// Members that do not apply to the training (CandidateFamily::Applies) take no part, as if they
// were not there.
//
//   ScoreBlend blend("blend", {als, ease, cosine});
//   ScoreBlend best_ease("ease", {ease_100, ease_300}, {.rounds = 1});    // chooses one

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"

#include "services/recommend-service/training/candidates/item_scorer.h"

namespace clientele::recommend {

struct ScoreBlendOptions {
  int rounds = 30;  // additions at most; 1: the best single member
  int cutoff = 10;  // of nDCG
  // Scores kept of each member while choosing: customers x items. Beyond it, customers are taken
  // evenly.
  std::int64_t max_scores = std::int64_t{1} << 23;
};

class ScoreBlend final : public CandidateFamily {
 public:
  // At least one member that always applies. Without inner parts to measure on, the first one is
  // all there is.
  ScoreBlend(std::string name, std::vector<std::shared_ptr<const CandidateFamily>> members,
             ScoreBlendOptions options = {})
      : name_(std::move(name)), members_(std::move(members)), options_(options) {}
  std::string Description() const override { return name_; }
  absl::StatusOr<std::unique_ptr<ItemScorer>> Fit(const CandidateTraining& training) const override;

 private:
  // How often each of these members was added.
  absl::StatusOr<std::vector<int>> Choose(
      const CandidateTraining& training,
      absl::Span<const std::shared_ptr<const CandidateFamily>> members) const;

  const std::string name_;
  const std::vector<std::shared_ptr<const CandidateFamily>> members_;
  const ScoreBlendOptions options_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_SCORE_BLEND_H_

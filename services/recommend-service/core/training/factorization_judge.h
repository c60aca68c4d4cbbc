#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_FACTORIZATION_JUDGE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_FACTORIZATION_JUDGE_H_

// Compares the factorization that a training makes with the one that serves, on the newest days.
//
// The trained model has learned from every day there is, so it says nothing of days to come. What
// is measured is its like: the same recipe, trained on what was before the cut. The serving version
// is measured as it is where it has seen nothing after the cut. A version that has, would know the
// answers, so the cut moves to the end of what it has seen, if enough customers chose something
// since; and where they are too few, its own recipe, trained on what was before the cut, stands for
// it.

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/executor/request_context.h"
#include "services/recommend-service/core/items/catalog.h"
#include "services/recommend-service/core/ranking/collaborative_model.h"
#include "services/recommend-service/core/training/publication.h"
#include "services/recommend-service/core/training/ranking_past.h"
#include "services/recommend-service/core/training/training.h"

namespace clientele::recommend {

// Fewer customers than these who chose something new since the serving version's training say too
// little of it.
inline constexpr std::size_t kEnoughJudges = 100;

// Thread-safe. Borrows its ports.
class HeldOutFactorizationJudge final : public FactorizationJudge {
 public:
  // `factorizer` trains what is measured; it need not measure or link anything itself. The past is
  // loaded by `past_options`, but for what a training's own options say.
  HeldOutFactorizationJudge(PastInteractionStore* store, CatalogStore* catalog,
                            const Factorizer* factorizer, const RankingPastOptions& past_options)
      : store_(store), catalog_(catalog), factorizer_(factorizer), past_options_(past_options) {}

  absl::StatusOr<Comparison> Compare(const RequestContext& context, const TrainingOptions& options,
                                     const std::shared_ptr<const CollaborativeModel>& serving,
                                     const std::function<absl::Status()>& check) const override;

 private:
  PastInteractionStore* const store_;
  CatalogStore* const catalog_;
  const Factorizer* const factorizer_;
  const RankingPastOptions past_options_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_FACTORIZATION_JUDGE_H_

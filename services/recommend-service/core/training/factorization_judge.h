#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_FACTORIZATION_JUDGE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_FACTORIZATION_JUDGE_H_

// Compares the factorization that a training makes with the one that serves, on the newest days
// (held_out_comparison.h).

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/executor/request_context.h"
#include "services/recommend-service/core/items/catalog.h"
#include "services/recommend-service/core/ranking/collaborative_model.h"
#include "services/recommend-service/core/training/held_out_comparison.h"
#include "services/recommend-service/core/training/publication.h"
#include "services/recommend-service/core/training/ranking_past.h"
#include "services/recommend-service/core/training/training.h"

namespace clientele::recommend {

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

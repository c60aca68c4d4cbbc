#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_SOURCE_CHOICE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_SOURCE_CHOICE_H_

// Whether a ranker orders better with what comes by sequence than without it: where people come one
// step at a time it does, and where an order of goods is written down shelf by shelf it does not.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const SourceChoice choice,
//                              ChooseSources(past.view(), customers, cut, options));
//   TrainRanker(*choice.view, customers, cut, options);
//
// By cross-validation over the customers: trees that never saw a customer order the whole pool of
// theirs, and what counts is the nDCG of the first ten, of all that the customer chose later. Pools
// with the sequence's candidates hold other items than pools without, so that neither the sampled
// rows of a table nor their log-loss would compare.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/recommend-service/core/ranking/serving_view.h"
#include "services/recommend-service/core/training/ranking_past.h"
#include "services/recommend-service/training/hybrid/ranker_training.h"

namespace clientele::recommend {

struct SourceChoice {
  std::shared_ptr<const ServingView> view;  // the one given, or the same without its sequence
  // What was compared; 0 where the view has no sequence, and where too few customers choose.
  double ndcg_with = 0;
  double ndcg_without = 0;
  std::int64_t customers = 0;
};

// At most `max_customers`, evenly chosen, decide. Errors are the trees', the fold-in's and the
// sequence model's, but where too few customers chose something (TOO_FEW_INTERACTIONS): then the
// view stays as it is.
absl::StatusOr<SourceChoice> ChooseSources(std::shared_ptr<const ServingView> view,
                                           const std::vector<PastCustomer>& customers,
                                           absl::Time now, const RankerTrainingOptions& options,
                                           std::size_t max_customers = 3000);
// The same where no ranker orders the pools, but rank fusion, which has nothing to learn.
absl::StatusOr<SourceChoice> ChooseFusedSources(std::shared_ptr<const ServingView> view,
                                                const std::vector<PastCustomer>& customers,
                                                absl::Time now, int per_source,
                                                std::size_t max_customers = 3000);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_SOURCE_CHOICE_H_

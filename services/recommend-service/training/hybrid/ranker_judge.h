#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_RANKER_JUDGE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_RANKER_JUDGE_H_

// Compares a ranker that was trained with the one that serves, on the newest days: by the nDCG of
// the first ten among each customer's candidates of the table, of which those are relevant that the
// customer chose in these days.
//
// A ranker learns from those days, so that each customer's candidates are ordered by trees that
// were trained on other customers (cross-validation). The serving version orders the same rows. One
// that has learned from those days itself knows the answers: trees by its recipe, cross-validated
// on the same table, stand for it.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const Comparison comparison,
//                              CompareRankers(table, trained, options, cut, serving));
//
// Pure functions, thread-safe.

#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

#include "services/recommend-service/core/ranking/ranker.h"
#include "services/recommend-service/core/training/publication.h"
#include "services/recommend-service/training/hybrid/ranker_training.h"
#include "services/recommend-service/training/hybrid/ranking_table.h"

namespace clientele::recommend {

// Mean over the table's customers; a score for each row. Of equal scores, what was not chosen ranks
// first: who cannot tell them apart gains nothing.
absl::StatusOr<double> RankedNdcg(const RankingTable& table, absl::Span<const double> scores);

// What a bundle says of the options that it was trained by.
RankerRecipe RecipeOf(const RankerTrainingOptions& options, absl::Time trained_until);

// `trained` is of this table and these options, which hold what is after the cut; `serving` may be
// null. Errors are the trees' and the serving version's.
absl::StatusOr<Comparison> CompareRankers(const RankingTable& table, const TrainedRanker& trained,
                                          const RankerTrainingOptions& options, absl::Time cut,
                                          const std::shared_ptr<const RankerVersion>& serving);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_RANKER_JUDGE_H_

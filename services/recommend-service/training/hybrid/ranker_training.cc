#include "services/recommend-service/training/hybrid/ranker_training.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/training/trees/boosted_trees.h"
#include "services/recommend-service/core/candidates/candidate_generator.h"

namespace clientele::recommend {
namespace {

// What a source says more loudly never counts less: the few customers that a ranker learns from
// would say so here and there by chance.
std::vector<int> DirectionsOf(const std::vector<frame::MatrixField>& fields) {
  std::vector<int> directions;
  directions.reserve(fields.size());
  for (const frame::MatrixField& field : fields) {
    int direction = 0;
    for (const absl::string_view source : kCandidateSources) {
      const absl::string_view part = field.name;
      if (!absl::StartsWith(part, absl::StrCat(source, "_"))) continue;
      direction = absl::EndsWith(part, "_rank") ? -1 : 1;
    }
    directions.push_back(direction);
  }
  return directions;
}

}  // namespace

absl::StatusOr<TrainedRanker> TrainRanker(const ServingView& view,
                                          const std::vector<PastCustomer>& customers,
                                          absl::Time cut, const RankerTrainingOptions& options) {
  CLIENTELE_ASSIGN_OR_RETURN(const RankingTable table,
                             MakeRankingTable(view, customers, cut, options.table));
  return TrainRanker(table, cut, options);
}

absl::StatusOr<TrainedRanker> TrainRanker(const RankingTable& table, absl::Time cut,
                                          const RankerTrainingOptions& options) {
  if (options.progress) CLIENTELE_RETURN_IF_ERROR(options.progress());
  const std::set<std::size_t> kept(table.customers.begin(), table.customers.end());
  if (kept.size() < options.min_customers) {
    return WithReason(absl::FailedPreconditionError(absl::StrCat(
                          "only ", kept.size(), " customers chose something new after ",
                          absl::FormatTime("%Y-%m-%d", cut, absl::UTCTimeZone()),
                          "; a ranker needs ", options.min_customers)),
                      "TOO_FEW_INTERACTIONS");
  }
  training::BoostedTreesOptions trees{.rounds = options.rounds,
                                      .patience = options.patience,
                                      .learning_rate = options.learning_rate,
                                      .max_depth = options.max_depth,
                                      .min_child_weight = options.min_child_weight,
                                      .monotone = DirectionsOf(table.rows.fields),
                                      .seed = options.seed,
                                      .threads = options.threads};
  CLIENTELE_ASSIGN_OR_RETURN(training::CrossValidation validation,
                             training::CrossValidate(table.rows, table.labels,
                                                     CustomerFolds(table, options.folds), trees));
  if (options.progress) CLIENTELE_RETURN_IF_ERROR(options.progress());
  trees.rounds = std::max(1, validation.rounds);
  CLIENTELE_ASSIGN_OR_RETURN(training::BoostedTrees trained,
                             training::TrainBoostedTrees(table.rows, table.labels, trees));
  TrainedRanker ranker{.ensemble = std::move(trained.ensemble),
                       .metrics = {},
                       .held_out_margins = std::move(validation.margins)};
  ranker.metrics["customers"] = static_cast<double>(kept.size());
  ranker.metrics["rows"] = static_cast<double>(table.labels.size());
  ranker.metrics["rounds"] = trees.rounds;
  ranker.metrics["log_loss"] = validation.loss;
  return ranker;
}

}  // namespace clientele::recommend

#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_PREDICTIONS_PREDICTIONS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_PREDICTIONS_PREDICTIONS_H_

// Recommendations that can be computed again: of calls that ask for it, and of a share of the
// others, it is kept what the models were given and what they said.
//
//   predictions.Recommend(context, query, /*record=*/true)  ->  list.prediction_id
//   predictions.Replay(context, customer_id, prediction_id)  ->  the same scores, to the bit
//
// A replay reads the version that answered then from the model folder:
//
//   kFactorization, kFoldIn   mu + b_u + b_i + q_i^T p_u with the p_u and b_u of then
//   kHybrid                   the ranker on the features of then, or rank fusion of the ranks
//   kPopular                  no model took part: the counts are what was recorded
//
// Nothing is recorded of customers who withhold the use of their history.

#include <atomic>
#include <cstdint>
#include <functional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/executor/request_context.h"
#include "common/executor/traffic_split.h"
#include "common/time/clock.h"
#include "services/recommend-service/core/predictions/model_archive.h"
#include "services/recommend-service/core/predictions/prediction.h"
#include "services/recommend-service/core/predictions/prediction_store.h"
#include "services/recommend-service/core/ranking/recommender.h"

namespace clientele::recommend {

// What became of a recommendation that was to be recorded.
enum class Recording {
  kStored,
  kUnknownCustomer,  // the change feed has not told of them
  kWithheld,         // their history may not be used
  kFailed,           // the store was not there
};

struct PredictionsOptions {
  // Of the calls that do not ask for it, 0 to 1, spread evenly.
  double recorded_share = 0;
  // Told of each; may be empty. Thread-safe.
  std::function<void(Recording)> on_recording = {};
};

// Thread-safe.
class Predictions {
 public:
  // All are borrowed.
  Predictions(Recommender* recommender, PredictionStore* store, ModelArchive* archive,
              const Clock* clock, PredictionsOptions options = {})
      : recommender_(recommender),
        store_(store),
        archive_(archive),
        clock_(clock),
        options_(std::move(options)),
        recorded_split_(options_.recorded_share) {}

  // As Recommender::Recommend(). A store that is away costs no answer: it is not recorded then.
  absl::StatusOr<RecommendationList> Recommend(const RequestContext& context, RecommendQuery query,
                                               bool record);
  // NOT_FOUND when there is no such prediction, FAILED_PRECONDITION (reason MODEL_GONE) where its
  // models are gone from the folder, or are read in another way by now; other errors are the
  // store's and the archive's.
  absl::StatusOr<ReplayedPrediction> Replay(const RequestContext& context,
                                            absl::string_view customer_id, absl::string_view id);

 private:
  Recommender* const recommender_;
  PredictionStore* const store_;
  ModelArchive* const archive_;
  const Clock* const clock_;
  const PredictionsOptions options_;
  const TrafficSplit recorded_split_;
  std::atomic<std::uint64_t> unasked_ = 0;  // calls that did not ask to be recorded
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_PREDICTIONS_PREDICTIONS_H_

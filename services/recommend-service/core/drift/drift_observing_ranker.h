#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_DRIFT_DRIFT_OBSERVING_RANKER_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_DRIFT_DRIFT_OBSERVING_RANKER_H_

// A ranker whose rows are counted, to see whether they are still like those of its training.

#include <memory>
#include <vector>

#include "services/recommend-service/core/drift/feature_drift.h"
#include "services/recommend-service/core/ranking/ranker.h"

namespace clientele::recommend {

// Thread-safe. Borrows both.
class DriftObservingRanker final : public Ranker {
 public:
  DriftObservingRanker(Ranker* ranker, FeatureDrift* drift) : ranker_(ranker), drift_(drift) {}

  std::shared_ptr<const RankerVersion> Current() override { return ranker_->Current(); }
  bool stands() const override { return ranker_->stands(); }
  bool ReadsSource(absl::string_view source, absl::string_view customer_id) override {
    return ranker_->ReadsSource(source, customer_id);
  }
  // What a canary scores is not counted.
  absl::StatusOr<RankerScores> Score(const RequestContext& context,
                                     const std::vector<std::vector<float>>& rows,
                                     absl::string_view customer_id) override {
    absl::StatusOr<RankerScores> scores = ranker_->Score(context, rows, customer_id);
    if (!scores.ok()) return scores;
    const std::shared_ptr<const RankerVersion> version = ranker_->Current();
    if (version != nullptr && version->id() == scores->model_id) {
      drift_->Observe(
          version->id(), [&] { return version->histograms(); }, rows);
    }
    return scores;
  }

 private:
  Ranker* const ranker_;
  FeatureDrift* const drift_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_DRIFT_DRIFT_OBSERVING_RANKER_H_

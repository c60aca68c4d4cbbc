#ifndef CLIENTELE_TESTS_CONTRACT_RECOMMEND_MEMORY_PREDICTIONS_H_
#define CLIENTELE_TESTS_CONTRACT_RECOMMEND_MEMORY_PREDICTIONS_H_

// Predictions in memory, and the change feed's effect on them. For one thread at a time.

#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/changefeed/change_sink.h"
#include "common/status/error_details.h"
#include "services/recommend-service/core/predictions/prediction_store.h"

namespace clientele::recommend::testing {

class MemoryPredictions final : public PredictionStore, public changefeed::ChangeSink {
 public:
  absl::StatusOr<std::string> Insert(const RequestContext&, const Prediction& prediction) override {
    if (!error.ok()) return error;
    if (!known_.contains(prediction.customer_id)) return "";
    const std::string id = absl::StrCat("p", ++made_);
    Prediction& stored = predictions_[{prediction.customer_id, id}];
    stored = prediction;
    stored.id = id;
    return id;
  }
  absl::StatusOr<Prediction> Get(const RequestContext&, absl::string_view customer_id,
                                 absl::string_view id) override {
    const auto found = predictions_.find({std::string(customer_id), std::string(id)});
    if (found == predictions_.end()) {
      return NotFound(absl::StrCat("customers/", customer_id, "/predictions/", id));
    }
    return found->second;
  }

  absl::StatusOr<std::string> LoadCursor() override { return cursor_; }
  absl::Status Apply(absl::string_view expected, const changefeed::ChangeBatch& batch) override {
    if (expected != cursor_) return absl::AbortedError("another replica moved the change cursor");
    cursor_ = batch.cursor;
    for (const changefeed::Change& change : batch.changes) {
      if (change.kind == changefeed::Change::Kind::kCustomerCreated) {
        known_.insert(change.customer_id);
      } else if (change.kind == changefeed::Change::Kind::kCustomerDeleted) {
        known_.erase(change.customer_id);
        std::erase_if(predictions_,
                      [&](const auto& one) { return one.first.first == change.customer_id; });
      }
    }
    return absl::OkStatus();
  }

  std::size_t size() const { return predictions_.size(); }

  absl::Status error;  // of Insert()

 private:
  std::set<std::string> known_;
  std::map<std::pair<std::string, std::string>, Prediction> predictions_;
  int made_ = 0;
  std::string cursor_;
};

}  // namespace clientele::recommend::testing

#endif  // CLIENTELE_TESTS_CONTRACT_RECOMMEND_MEMORY_PREDICTIONS_H_

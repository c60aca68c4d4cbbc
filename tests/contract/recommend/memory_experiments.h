#ifndef CLIENTELE_TESTS_CONTRACT_RECOMMEND_MEMORY_EXPERIMENTS_H_
#define CLIENTELE_TESTS_CONTRACT_RECOMMEND_MEMORY_EXPERIMENTS_H_

// Experiments and feedback in memory, and the change feed's effect on them. For one thread at a
// time.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/changefeed/change_sink.h"
#include "common/status/error_details.h"
#include "common/time/clock.h"
#include "services/recommend-service/core/experiments/experiment_store.h"
#include "tests/contract/recommend/memory_stores.h"

namespace clientele::recommend::testing {

class MemoryExperiments final : public ExperimentStore, public changefeed::ChangeSink {
 public:
  explicit MemoryExperiments(const Clock* clock) : clock_(clock) {}  // borrowed

  absl::StatusOr<Experiment> Create(const RequestContext&, const MutationId& mutation,
                                    const Experiment& experiment, bool validate_only) override {
    const auto create = [&]() -> absl::StatusOr<Experiment> {
      if (experiments_.contains(experiment.id)) {
        return AlreadyExists(absl::StrCat("experiments/", experiment.id));
      }
      if (validate_only) return experiment;
      Experiment created = experiment;
      created.create_time = clock_->Now();
      created.stop_time.reset();
      return experiments_[experiment.id] = created;
    };
    return validate_only ? create() : ledger_.Once(mutation, create);
  }
  absl::StatusOr<Experiment> Get(const RequestContext&, absl::string_view id) override {
    const auto found = experiments_.find(std::string(id));
    if (found == experiments_.end()) return NotFound(absl::StrCat("experiments/", id));
    return found->second;
  }
  absl::StatusOr<std::vector<Experiment>> List(const RequestContext&, absl::string_view after_id,
                                               int limit) override {
    std::vector<Experiment> page;
    for (auto it = experiments_.upper_bound(std::string(after_id));
         it != experiments_.end() && page.size() < static_cast<std::size_t>(limit); ++it) {
      page.push_back(it->second);
    }
    return page;
  }
  absl::StatusOr<Experiment> Stop(const RequestContext& context, const MutationId& mutation,
                                  absl::string_view id) override {
    return ledger_.Once(mutation, [&]() -> absl::StatusOr<Experiment> {
      absl::StatusOr<Experiment> experiment = Get(context, id);
      if (experiment.ok() && experiment->is_running()) {
        experiment->stop_time = clock_->Now();
        experiments_[experiment->id] = *experiment;
      }
      return experiment;
    });
  }
  absl::StatusOr<FeedbackRecorded> Record(const RequestContext&, const MutationId& mutation,
                                          const std::vector<Feedback>& feedback) override {
    return ledger_.Once(mutation, [&]() -> absl::StatusOr<FeedbackRecorded> {
      FeedbackRecorded recorded;
      for (const Feedback& one : feedback) {
        if (!known_.contains(one.customer_id)) {
          ++recorded.unknown;
        } else if (feedback_.try_emplace({one.customer_id, one.feedback_id}, one).second) {
          ++recorded.created;
        } else {
          ++recorded.duplicates;
        }
      }
      return recorded;
    });
  }
  absl::StatusOr<std::map<std::string, ConversionCounts>> Count(
      const RequestContext&, const Experiment& experiment) override {
    std::map<std::string, std::optional<absl::Time>> exposed;  // by customer
    std::map<std::string, ConversionCounts> counts;
    for (const auto& [key, one] : feedback_) {
      if (one.experiment_id != experiment.id || one.type != FeedbackType::kShown) continue;
      std::optional<absl::Time>& first = exposed[one.customer_id];
      if (!first.has_value()) ++counts[one.variant_id].exposed;
      first = std::min(first.value_or(one.time), one.time);
    }
    std::set<std::string> converted;
    for (const auto& [key, one] : feedback_) {
      const auto found = exposed.find(one.customer_id);
      if (one.experiment_id != experiment.id || one.type != experiment.goal ||
          found == exposed.end() || one.time < *found->second ||
          one.time >= *found->second + absl::Hours(24) * experiment.conversion_days) {
        continue;
      }
      if (converted.insert(one.customer_id).second) ++counts[one.variant_id].converted;
    }
    if (experiment.goal != FeedbackType::kBought) return counts;
    for (const auto& [key, shown] : feedback_) {
      if (shown.experiment_id != experiment.id || shown.type != FeedbackType::kShown) continue;
      const absl::Time end =
          std::min(*exposed.at(shown.customer_id) + absl::Hours(24) * experiment.conversion_days,
                   experiment.stop_time.value_or(absl::InfiniteFuture()));
      for (const Purchase& bought : purchases_) {
        if (bought.customer_id == shown.customer_id && bought.item_id == shown.item_id &&
            bought.time >= shown.time && bought.time < end &&
            converted.insert(shown.customer_id).second) {
          ++counts[shown.variant_id].converted;
        }
      }
    }
    return counts;
  }

  absl::StatusOr<std::string> LoadCursor() override { return cursor_; }
  absl::Status Apply(absl::string_view expected, const changefeed::ChangeBatch& batch) override {
    if (expected != cursor_) return absl::AbortedError("another replica moved the change cursor");
    cursor_ = batch.cursor;
    for (const changefeed::Change& change : batch.changes) {
      if (change.kind == changefeed::Change::Kind::kCustomerCreated) {
        known_.insert(change.customer_id);
      } else if (change.kind == changefeed::Change::Kind::kEvent) {
        if (change.event.type == changefeed::EventKind::kPurchase) {
          purchases_.push_back({change.customer_id, change.event.item_id, change.event.event_time});
        }
      } else if (change.kind == changefeed::Change::Kind::kCustomerDeleted) {
        known_.erase(change.customer_id);
        std::erase_if(feedback_,
                      [&](const auto& one) { return one.first.first == change.customer_id; });
        std::erase_if(purchases_,
                      [&](const Purchase& one) { return one.customer_id == change.customer_id; });
      }
    }
    return absl::OkStatus();
  }

 private:
  struct Purchase {
    std::string customer_id;
    std::string item_id;
    absl::Time time;
  };

  const Clock* const clock_;
  MemoryLedger ledger_;
  std::map<std::string, Experiment> experiments_;
  std::set<std::string> known_;
  std::map<std::pair<std::string, std::string>, Feedback> feedback_;
  std::vector<Purchase> purchases_;
  std::string cursor_;
};

}  // namespace clientele::recommend::testing

#endif  // CLIENTELE_TESTS_CONTRACT_RECOMMEND_MEMORY_EXPERIMENTS_H_

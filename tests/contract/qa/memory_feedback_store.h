#ifndef CLIENTELE_TESTS_CONTRACT_QA_MEMORY_FEEDBACK_STORE_H_
#define CLIENTELE_TESTS_CONTRACT_QA_MEMORY_FEEDBACK_STORE_H_

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/status/error_details.h"
#include "services/qa-service/core/feedback/feedback.h"

namespace clientele::qa::testing {

// Thread-safe.
class MemoryFeedbackStore final : public FeedbackStore {
 public:
  explicit MemoryFeedbackStore(std::set<std::string> customers = {})
      : customers_(std::move(customers)) {}

  absl::StatusOr<bool> Record(const RequestContext&, const MutationId& mutation,
                              const AnswerFeedback& feedback) override {
    std::lock_guard lock(mutex_);
    if (!feedback.customer_id.empty() && !customers_.contains(feedback.customer_id)) return false;
    if (mutation.idempotent()) {
      const auto [it, first] = done_.emplace(mutation.request_id, mutation.body_hash);
      if (!first && it->second != mutation.body_hash) {
        return WithReason(absl::InvalidArgumentError("another body"), reason::kRequestIdReused);
      }
      if (!first) return true;
    }
    feedback_[{feedback.customer_id, feedback.answer_id}] = feedback;
    return true;
  }

  // The side of the change feed.
  void Know(const std::string& customer) {
    std::lock_guard lock(mutex_);
    customers_.insert(customer);
  }
  void Erase(const std::string& customer) {
    std::lock_guard lock(mutex_);
    customers_.erase(customer);
    std::erase_if(feedback_, [&](const auto& entry) { return entry.first.first == customer; });
  }

  // By customer and answer.
  std::vector<AnswerFeedback> all() const {
    std::lock_guard lock(mutex_);
    std::vector<AnswerFeedback> list;
    for (const auto& [key, feedback] : feedback_) list.push_back(feedback);
    return list;
  }

 private:
  mutable std::mutex mutex_;
  std::set<std::string> customers_;
  std::map<std::pair<std::string, std::string>, AnswerFeedback> feedback_;
  std::map<std::string, std::string> done_;  // bodies by request
};

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_CONTRACT_QA_MEMORY_FEEDBACK_STORE_H_

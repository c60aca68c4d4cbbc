#ifndef CLIENTELE_TESTS_CONTRACT_QA_MEMORY_RECORDED_ANSWER_STORE_H_
#define CLIENTELE_TESTS_CONTRACT_QA_MEMORY_RECORDED_ANSWER_STORE_H_

#include <cstddef>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "common/status/error_details.h"
#include "services/qa-service/core/replays/recorded_answer.h"

namespace clientele::qa::testing {

// Thread-safe.
class MemoryRecordedAnswerStore final : public RecordedAnswerStore {
 public:
  explicit MemoryRecordedAnswerStore(std::set<std::string> customers = {})
      : customers_(std::move(customers)) {}

  absl::StatusOr<bool> Insert(const RequestContext&, const RecordedAnswer& answer) override {
    std::lock_guard lock(mutex_);
    if (!error_.ok()) return error_;
    const std::string& customer = answer.question.customer_id;
    if (!customer.empty() && !customers_.contains(customer)) return false;
    answers_[answer.answer_id] = answer;
    return true;
  }
  absl::StatusOr<RecordedAnswer> Get(const RequestContext&, absl::string_view answer_id) override {
    std::lock_guard lock(mutex_);
    const auto found = answers_.find(std::string(answer_id));
    if (found == answers_.end()) return NotFound("a recorded answer of this id");
    return found->second;
  }

  void FailWith(absl::Status error) {
    std::lock_guard lock(mutex_);
    error_ = std::move(error);
  }
  // The side of the change feed.
  void Know(const std::string& customer) {
    std::lock_guard lock(mutex_);
    customers_.insert(customer);
  }
  void Erase(const std::string& customer) {
    std::lock_guard lock(mutex_);
    customers_.erase(customer);
    std::erase_if(answers_,
                  [&](const auto& entry) { return entry.second.question.customer_id == customer; });
  }
  std::size_t size() const {
    std::lock_guard lock(mutex_);
    return answers_.size();
  }

 private:
  mutable std::mutex mutex_;
  absl::Status error_;
  std::set<std::string> customers_;
  std::map<std::string, RecordedAnswer> answers_;
};

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_CONTRACT_QA_MEMORY_RECORDED_ANSWER_STORE_H_

#ifndef CLIENTELE_TESTS_CONTRACT_QA_MEMORY_QUESTION_LOG_H_
#define CLIENTELE_TESTS_CONTRACT_QA_MEMORY_QUESTION_LOG_H_

#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/changefeed/change_sink.h"
#include "services/qa-service/core/answering/question_log.h"
#include "services/qa-service/core/gaps/knowledge_gaps.h"

namespace clientele::qa::testing {

// The question log's contract in memory, and the side of the change feed that tells it which
// customers exist. Thread-safe.
class MemoryQuestionLog final : public QuestionLog,
                                public UnansweredQuestions,
                                public changefeed::ChangeSink {
 public:
  explicit MemoryQuestionLog(std::set<std::string> customers = {})
      : customers_(std::move(customers)) {}

  absl::Status Record(const RequestContext&, const AskedQuestion& question) override {
    std::lock_guard lock(mutex_);
    if (!failure_.ok()) return failure_;
    if (customers_.contains(question.customer_id)) questions_.push_back(question);
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<UnansweredQuestion>> NewestUnanswered(const RequestContext&,
                                                                   std::int64_t limit) override {
    std::lock_guard lock(mutex_);
    if (!failure_.ok()) return failure_;
    std::vector<UnansweredQuestion> newest;
    for (auto it = questions_.rbegin(); it != questions_.rend(); ++it) {
      if (static_cast<std::int64_t>(newest.size()) == limit) break;
      if (it->state != AnswerState::kAbstained) continue;
      newest.push_back({it->text, it->article_id, it->time});
    }
    return newest;
  }

  absl::StatusOr<std::string> LoadCursor() override {
    std::lock_guard lock(mutex_);
    return cursor_;
  }
  absl::Status Apply(absl::string_view expected, const changefeed::ChangeBatch& batch) override {
    std::lock_guard lock(mutex_);
    if (expected != cursor_) return absl::AbortedError("another replica was faster");
    if (batch.snapshot.has_value() && !batch.snapshot->after.has_value()) confirmed_.clear();
    for (const changefeed::Change& change : batch.changes) {
      if (change.kind == changefeed::Change::Kind::kCustomerCreated) {
        customers_.insert(change.customer_id);
        confirmed_.insert(change.customer_id);
      } else if (change.kind == changefeed::Change::Kind::kCustomerDeleted) {
        customers_.erase(change.customer_id);
        std::erase_if(questions_, [&](const AskedQuestion& question) {
          return question.customer_id == change.customer_id;
        });
      }
    }
    if (batch.snapshot.has_value() && !batch.snapshot->through.has_value()) {
      customers_ = confirmed_;
      std::erase_if(questions_, [&](const AskedQuestion& question) {
        return !customers_.contains(question.customer_id);
      });
    }
    cursor_ = batch.cursor;
    return absl::OkStatus();
  }

  std::vector<AskedQuestion> questions() const {
    std::lock_guard lock(mutex_);
    return questions_;
  }
  // OK: records again.
  void FailWith(absl::Status failure) {
    std::lock_guard lock(mutex_);
    failure_ = std::move(failure);
  }

 private:
  mutable std::mutex mutex_;
  absl::Status failure_;
  std::set<std::string> customers_;
  std::set<std::string> confirmed_;  // by the latest snapshot, so far
  std::vector<AskedQuestion> questions_;
  std::string cursor_;
};

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_CONTRACT_QA_MEMORY_QUESTION_LOG_H_

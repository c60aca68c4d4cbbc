#ifndef CLIENTELE_TESTS_CONTRACT_QA_MEMORY_GOLDEN_QUESTION_STORE_H_
#define CLIENTELE_TESTS_CONTRACT_QA_MEMORY_GOLDEN_QUESTION_STORE_H_

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "common/status/error_details.h"
#include "services/qa-service/core/golden_questions/golden_question_store.h"

namespace clientele::qa::testing {

// Thread-safe.
class MemoryGoldenQuestionStore final : public GoldenQuestionStore {
 public:
  absl::StatusOr<GoldenQuestion> Create(const RequestContext&, const MutationId& mutation,
                                        const GoldenQuestion& question) override {
    std::lock_guard lock(mutex_);
    if (mutation.idempotent() && made_.contains(mutation.request_id)) {
      const Made& made = made_.at(mutation.request_id);
      if (made.body != mutation.body_hash) return Reused();
      return made.question;
    }
    if (questions_.contains(question.id)) return AlreadyExists(GoldenQuestionName(question.id));
    if (!HasRoom(1)) return Full();
    questions_[question.id] = question;
    ++revision_;
    if (mutation.idempotent()) made_[mutation.request_id] = {mutation.body_hash, question, {}};
    return question;
  }

  absl::StatusOr<GoldenBatch> CreateMissing(const RequestContext&, const MutationId& mutation,
                                            absl::Span<const GoldenQuestion> questions,
                                            bool replace) override {
    std::lock_guard lock(mutex_);
    if (mutation.idempotent() && made_.contains(mutation.request_id)) {
      const Made& made = made_.at(mutation.request_id);
      if (made.body != mutation.body_hash) return Reused();
      return made.batch;
    }
    GoldenBatch batch;
    std::map<std::string, GoldenQuestion> next = questions_;
    for (const GoldenQuestion& question : questions) {
      const auto before = next.find(question.id);
      if (before == next.end()) {
        ++batch.created_count;
        next[question.id] = question;
      } else if (HasSameValues(before->second, question)) {
        ++batch.existing_count;
      } else if (replace) {
        ++batch.replaced_count;
        const absl::Time time = before->second.create_time;
        before->second = question;
        before->second.create_time = time;
      } else {
        batch.differing_ids.push_back(question.id);
      }
    }
    std::sort(batch.differing_ids.begin(), batch.differing_ids.end());
    if (!HasRoom(batch.created_count)) return Full();
    questions_ = std::move(next);
    if (batch.created_count + batch.replaced_count > 0) ++revision_;
    if (mutation.idempotent()) made_[mutation.request_id] = {mutation.body_hash, {}, batch};
    return batch;
  }

  absl::StatusOr<GoldenSlice> List(const RequestContext&, const std::string& after_id,
                                   std::int64_t limit) override {
    std::lock_guard lock(mutex_);
    GoldenSlice slice;
    for (auto it = questions_.upper_bound(after_id); it != questions_.end(); ++it) {
      slice.more = static_cast<std::int64_t>(slice.questions.size()) == limit;
      if (slice.more) break;
      slice.questions.push_back(it->second);
    }
    return slice;
  }

  absl::Status Delete(const RequestContext&, const MutationId& mutation,
                      const std::string& id) override {
    std::lock_guard lock(mutex_);
    if (mutation.idempotent() && made_.contains(mutation.request_id)) {
      return made_.at(mutation.request_id).body == mutation.body_hash ? absl::OkStatus() : Reused();
    }
    if (questions_.erase(id) == 0) return NotFound(GoldenQuestionName(id));
    ++revision_;
    if (mutation.idempotent()) made_[mutation.request_id] = {mutation.body_hash, {}, {}};
    return absl::OkStatus();
  }

  absl::StatusOr<std::int64_t> Revision(const RequestContext&) override {
    std::lock_guard lock(mutex_);
    return revision_;
  }

  absl::StatusOr<GoldenSet> LoadAll(const RequestContext&) override {
    std::lock_guard lock(mutex_);
    GoldenSet set{revision_, {}};
    for (const auto& [id, question] : questions_) set.questions.push_back(question);
    return set;
  }

 private:
  struct Made {
    std::string body;
    GoldenQuestion question;
    GoldenBatch batch;
  };

  bool HasRoom(std::int64_t wanted) const {
    return static_cast<std::int64_t>(questions_.size()) + wanted <= kMaxGoldenQuestions;
  }
  static absl::Status Reused() {
    return WithReason(absl::InvalidArgumentError("another body"), reason::kRequestIdReused);
  }
  static absl::Status Full() {
    return WithReason(absl::FailedPreconditionError("too many"), kGoldenQuestionsFull);
  }

  mutable std::mutex mutex_;
  std::map<std::string, GoldenQuestion> questions_;
  std::int64_t revision_ = 0;
  std::map<std::string, Made> made_;  // by request
};

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_CONTRACT_QA_MEMORY_GOLDEN_QUESTION_STORE_H_

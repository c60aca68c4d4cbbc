#ifndef CLIENTELE_TESTS_SUPPORT_MEMORY_OPERATIONS_H_
#define CLIENTELE_TESTS_SUPPORT_MEMORY_OPERATIONS_H_

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"

#include "common/operations/operations.h"
#include "common/status/error_details.h"

namespace clientele::testing {

// The port in memory. Thread-safe.
class MemoryOperations final : public operations::Operations {
 public:
  absl::StatusOr<operations::Operation> Start(const RequestContext&, const MutationId& mutation,
                                              const operations::NewOperation& operation) override {
    std::lock_guard lock(mutex_);
    if (mutation.idempotent()) {
      const auto [known, is_new] =
          started_.try_emplace({mutation.caller, mutation.method, mutation.request_id},
                               std::pair(mutation.body_hash, Id(operations_.size() + 1)));
      if (known->second.first != mutation.body_hash) {
        return WithReason(absl::InvalidArgumentError("request_id was used with another request"),
                          reason::kRequestIdReused);
      }
      if (!is_new) return Find(known->second.second);
    }
    operations::Operation made;
    made.id = Id(operations_.size() + 1);
    made.kind = operation.kind;
    made.subject = operation.subject;
    made.request = operation.request;
    made.metadata = operation.metadata;
    operations_.push_back(made);
    return made;
  }
  absl::StatusOr<operations::Operation> Get(const RequestContext&, absl::string_view id) override {
    if (before_get) before_get();
    std::lock_guard lock(mutex_);
    return Find(id);
  }
  absl::StatusOr<operations::OperationPage> List(const RequestContext&, int page_size,
                                                 absl::string_view page_token) override {
    std::lock_guard lock(mutex_);
    std::size_t skipped = 0;
    if (!page_token.empty() && !absl::SimpleAtoi(page_token, &skipped)) {
      return InvalidField("page_token", "is not a token that this method gave");
    }
    operations::OperationPage page;
    std::size_t seen = 0;
    for (auto it = operations_.rbegin(); it != operations_.rend(); ++it) {
      if (it->id.empty() || seen++ < skipped) continue;
      if (page.operations.size() == static_cast<std::size_t>(page_size)) {
        page.next_page_token = std::to_string(skipped + page.operations.size());
        break;
      }
      page.operations.push_back(*it);
    }
    return page;
  }
  absl::Status Cancel(const RequestContext&, absl::string_view id) override {
    std::lock_guard lock(mutex_);
    operations::Operation* const found = At(id);
    if (found == nullptr) return NotFound(id);
    if (found->done()) return absl::OkStatus();
    found->cancel_requested = true;
    if (found->state == operations::State::kQueued) {
      found->state = operations::State::kFailed;
      found->error = WithReason(absl::CancelledError("cancelled"), reason::kCancelled);
    }
    return absl::OkStatus();
  }
  absl::Status Delete(const RequestContext&, absl::string_view id) override {
    std::lock_guard lock(mutex_);
    operations::Operation* const found = At(id);
    if (found == nullptr) return NotFound(id);
    if (!found->done()) {
      return WithReason(absl::FailedPreconditionError("not finished"), "OPERATION_NOT_DONE");
    }
    *found = {};
    return absl::OkStatus();
  }

  // What a worker does.
  void Claim(absl::string_view id) {
    std::lock_guard lock(mutex_);
    At(id)->state = operations::State::kRunning;
  }
  void Finish(absl::string_view id, std::string result) {
    std::lock_guard lock(mutex_);
    At(id)->state = operations::State::kSucceeded;
    At(id)->result = std::move(result);
  }

  // Called at each Get, before it looks.
  std::function<void()> before_get;

 private:
  static std::string Id(std::size_t number) { return absl::StrFormat("%032d", number); }

  operations::Operation* At(absl::string_view id) {
    const auto found = std::find_if(operations_.begin(), operations_.end(),
                                    [&](const auto& operation) { return operation.id == id; });
    return found == operations_.end() || id.empty() ? nullptr : &*found;
  }
  absl::StatusOr<operations::Operation> Find(absl::string_view id) {
    const operations::Operation* const found = At(id);
    if (found == nullptr) return NotFound(id);
    return *found;
  }

  std::mutex mutex_;
  std::vector<operations::Operation> operations_;  // oldest first; deleted ones have no id
  std::map<std::vector<std::string>, std::pair<std::string, std::string>> started_;
};

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_SUPPORT_MEMORY_OPERATIONS_H_

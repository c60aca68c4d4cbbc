#ifndef CLIENTELE_TESTS_CONTRACT_QA_MEMORY_CONVERSATION_STORE_H_
#define CLIENTELE_TESTS_CONTRACT_QA_MEMORY_CONVERSATION_STORE_H_

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "common/status/error_details.h"
#include "services/qa-service/core/conversations/conversation_store.h"

namespace clientele::qa::testing {

// Thread-safe.
class MemoryConversationStore final : public ConversationStore {
 public:
  explicit MemoryConversationStore(std::set<std::string> customers = {})
      : customers_(std::move(customers)) {}

  absl::StatusOr<std::string> Create(const RequestContext&, const MutationId& mutation,
                                     const Conversation& conversation) override {
    std::lock_guard lock(mutex_);
    ++calls_;
    if (!failure_.ok()) return failure_;
    if (mutation.idempotent()) {
      const auto it = done_.find(mutation.request_id);
      if (it != done_.end()) return it->second;
    }
    if (!conversation.customer_id.empty() && !customers_.contains(conversation.customer_id)) {
      return std::string();
    }
    conversations_[{conversation.customer_id, conversation.id}] = conversation;
    if (mutation.idempotent()) done_[mutation.request_id] = conversation.id;
    return conversation.id;
  }

  absl::StatusOr<Conversation> Get(const RequestContext&, const std::string& customer_id,
                                   const std::string& id, absl::Time since) override {
    std::lock_guard lock(mutex_);
    ++calls_;
    if (!failure_.ok()) return failure_;
    const auto it = conversations_.find({customer_id, id});
    if (it == conversations_.end() || it->second.update_time < since) {
      return NotFound(ConversationName(id));
    }
    return it->second;
  }

  absl::Status Append(const RequestContext&, const std::string& customer_id, const std::string& id,
                      const std::string& language, const Turn& turn) override {
    std::lock_guard lock(mutex_);
    ++calls_;
    if (!failure_.ok()) return failure_;
    const auto it = conversations_.find({customer_id, id});
    if (it == conversations_.end()) return NotFound(ConversationName(id));
    if (!AddTurn(it->second.turns, it->second.earlier, turn)) return absl::OkStatus();
    if (!language.empty()) it->second.language = language;
    it->second.update_time = std::max(it->second.update_time, turn.ask_time);
    return absl::OkStatus();
  }

  // The side of the change feed.
  void Know(const std::string& customer) {
    std::lock_guard lock(mutex_);
    customers_.insert(customer);
  }
  void Erase(const std::string& customer) {
    std::lock_guard lock(mutex_);
    customers_.erase(customer);
    std::erase_if(conversations_, [&](const auto& entry) { return entry.first.first == customer; });
  }

  // Of all methods, failed ones too.
  int calls() const {
    std::lock_guard lock(mutex_);
    return calls_;
  }
  // OK: works again.
  void FailWith(absl::Status failure) {
    std::lock_guard lock(mutex_);
    failure_ = std::move(failure);
  }

 private:
  mutable std::mutex mutex_;
  absl::Status failure_;
  int calls_ = 0;
  std::set<std::string> customers_;
  std::map<std::pair<std::string, std::string>, Conversation> conversations_;
  std::map<std::string, std::string> done_;  // ids by request
};

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_CONTRACT_QA_MEMORY_CONVERSATION_STORE_H_

#ifndef CLIENTELE_TESTS_CONTRACT_QA_MEMORY_HANDOVER_STORE_H_
#define CLIENTELE_TESTS_CONTRACT_QA_MEMORY_HANDOVER_STORE_H_

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "common/status/error_details.h"
#include "services/qa-service/core/handovers/handover_store.h"
#include "services/qa-service/core/handovers/handovers.h"

namespace clientele::qa::testing {

// Thread-safe.
class MemoryHandoverStore final : public HandoverStore {
 public:
  explicit MemoryHandoverStore(std::set<std::string> customers = {})
      : customers_(std::move(customers)) {}

  absl::StatusOr<std::string> Create(const RequestContext&, const MutationId& mutation,
                                     const Handover& handover) override {
    std::lock_guard lock(mutex_);
    if (!failure_.ok()) return failure_;
    const auto done = Done(mutation);
    if (!done.ok() || !done->empty()) return done;
    if (!handover.customer_id.empty() && !customers_.contains(handover.customer_id)) {
      return std::string();
    }
    Handover made = handover;
    made.sequence = ++sequence_;
    handovers_.push_back(made);
    Remember(mutation, made.id);
    return made.id;
  }

  absl::StatusOr<Handover> Get(const RequestContext&, const std::string& id) override {
    std::lock_guard lock(mutex_);
    if (!failure_.ok()) return failure_;
    const auto it = Find(id);
    if (it == handovers_.end()) return NotFound(HandoverName(id));
    return *it;
  }

  absl::StatusOr<HandoverSlice> List(const RequestContext&, std::optional<HandoverState> state,
                                     std::int64_t before, std::int64_t limit,
                                     std::int64_t max_bytes) override {
    std::lock_guard lock(mutex_);
    if (!failure_.ok()) return failure_;
    std::vector<Handover> wanted;
    for (auto it = handovers_.rbegin(); it != handovers_.rend(); ++it) {
      if (it->sequence < before && (!state || it->state == *state)) wanted.push_back(*it);
    }
    return Cut(wanted, limit, max_bytes);
  }

  absl::StatusOr<HandoverSlice> ListAfter(const RequestContext&, std::int64_t after,
                                          std::int64_t limit, std::int64_t max_bytes) override {
    std::lock_guard lock(mutex_);
    if (!failure_.ok()) return failure_;
    std::vector<Handover> wanted;
    for (const Handover& handover : handovers_) {
      if (handover.sequence > after) wanted.push_back(handover);
    }
    return Cut(wanted, limit, max_bytes);
  }

  absl::StatusOr<bool> Reached(const RequestContext&, const HandoverPosition& position) override {
    std::lock_guard lock(mutex_);
    const bool taken = std::any_of(handovers_.begin(), handovers_.end(), [&](const Handover& h) {
      return h.sequence == position.sequence && h.id != position.id;
    });
    return position.sequence <= sequence_ && !taken;
  }

  absl::StatusOr<Handover> Update(const RequestContext&, const MutationId& mutation,
                                  const std::string& id, Edit edit) override {
    std::lock_guard lock(mutex_);
    const auto done = Done(mutation);
    if (!done.ok()) return done.status();
    const auto it = Find(id);
    if (it == handovers_.end()) return NotFound(HandoverName(id));
    if (!done->empty()) return *it;
    absl::StatusOr<Handover> next = edit(*it);
    if (!next.ok()) return next;
    *it = *next;
    Remember(mutation, id);
    return next;
  }

  absl::StatusOr<std::vector<ComplaintCount>> CountComplaints(const RequestContext&,
                                                              absl::Time since) override {
    std::lock_guard lock(mutex_);
    std::map<std::pair<absl::Time, ComplaintTopic>, ComplaintCount> counts;
    for (const Handover& handover : handovers_) {
      if (handover.topic == ComplaintTopic::kNone || handover.create_time < since) continue;
      const absl::Time week = WeekStart(handover.create_time);
      ComplaintCount& count = counts[{week, handover.topic}];
      count.week_start = week;
      count.topic = handover.topic;
      ++count.count;
      count.open_count += handover.state == HandoverState::kOpen ? 1 : 0;
    }
    std::vector<ComplaintCount> list;
    for (const auto& [key, count] : counts) list.push_back(count);
    return list;
  }

  // The side of the change feed.
  void Know(const std::string& customer) {
    std::lock_guard lock(mutex_);
    customers_.insert(customer);
  }
  void Erase(const std::string& customer) {
    std::lock_guard lock(mutex_);
    customers_.erase(customer);
    std::erase_if(handovers_, [&](const Handover& h) { return h.customer_id == customer; });
  }

  std::vector<Handover> handovers() const {
    std::lock_guard lock(mutex_);
    return handovers_;
  }
  // OK: works again.
  void FailWith(absl::Status failure) {
    std::lock_guard lock(mutex_);
    failure_ = std::move(failure);
  }

 private:
  std::vector<Handover>::iterator Find(const std::string& id) {
    return std::find_if(handovers_.begin(), handovers_.end(),
                        [&](const Handover& h) { return h.id == id; });
  }
  static HandoverSlice Cut(const std::vector<Handover>& wanted, std::int64_t limit,
                           std::int64_t max_bytes) {
    HandoverSlice slice;
    std::int64_t bytes = 0;
    for (const Handover& handover : wanted) {
      bytes += static_cast<std::int64_t>(HandoverBytes(handover));
      const bool full = static_cast<std::int64_t>(slice.handovers.size()) == limit;
      if (full || (!slice.handovers.empty() && bytes > max_bytes)) {
        slice.more = true;
        break;
      }
      slice.handovers.push_back(handover);
    }
    return slice;
  }
  // The result of this request before; "": there was none.
  absl::StatusOr<std::string> Done(const MutationId& mutation) const {
    if (!mutation.idempotent()) return std::string();
    const auto it = done_.find({mutation.caller, mutation.method, mutation.request_id});
    if (it == done_.end()) return std::string();
    if (it->second.first != mutation.body_hash) {
      return WithReason(absl::InvalidArgumentError("another body"), reason::kRequestIdReused);
    }
    return it->second.second;
  }
  void Remember(const MutationId& mutation, const std::string& result) {
    if (!mutation.idempotent()) return;
    done_[{mutation.caller, mutation.method, mutation.request_id}] = {mutation.body_hash, result};
  }

  mutable std::mutex mutex_;
  absl::Status failure_;
  std::set<std::string> customers_;
  std::vector<Handover> handovers_;  // by sequence
  std::int64_t sequence_ = 0;
  std::map<std::tuple<std::string, std::string, std::string>, std::pair<std::string, std::string>>
      done_;
};

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_CONTRACT_QA_MEMORY_HANDOVER_STORE_H_

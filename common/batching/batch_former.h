#ifndef CLIENTELE_COMMON_BATCHING_BATCH_FORMER_H_
#define CLIENTELE_COMMON_BATCHING_BATCH_FORMER_H_

// Decides which waiting rows are computed together: a pure data structure without
// threads or clock, so that tests drive it with a fake time.
//
//   BatchFormer<EncodeRow> former(policy);
//   std::vector<std::unique_ptr<EncodeRow>> rows = ...;
//   if (absl::Status s = former.Add(rows, now); !s.ok()) return s;   // rows untouched
//   BatchFormer<EncodeRow>::Plan plan = former.Form(now);
//   for (auto& dropped : plan.dropped) dropped.task->Drop(dropped.status);
//   Compute(std::move(plan.batch));
//
// Rules, in order:
//  1. A row that was cancelled, or whose deadline leaves less time than a batch of
//     that row alone is known to take, is dropped and counted; it is never computed.
//  2. The oldest row left leads. Rows of its length class join in order of arrival
//     while the batch stays inside max_batch_rows and max_batch_cells, and while its
//     estimated time does not make a member late.
//  3. With max_hold, a batch that could still grow waits until its leader has waited
//     that long, or the leader's deadline forces it out.
//
// Services use BatchScheduler; readers who only enqueue can stop here.
//
// Not thread-safe: its owner locks.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/batching/batch_policy.h"
#include "common/batching/compute_time.h"
#include "common/status/error_details.h"

namespace clientele::batching {

// A row that can share a batch.
template <typename Task>
concept BatchTask = requires(const Task& task, Task& mutable_task, const absl::Status& status) {
  // What the row costs, such as its number of tokens; at least 1.
  { task.length() } -> std::convertible_to<std::int64_t>;
  // Past it nobody waits; InfiniteFuture for none.
  { task.deadline() } -> std::convertible_to<absl::Time>;
  // Thread-safe and cheap.
  { task.cancelled() } -> std::convertible_to<bool>;
  // Called once, instead of computing the row: DEADLINE_EXCEEDED or CANCELLED.
  mutable_task.Drop(status);
};

template <BatchTask Task>
class BatchFormer {
 public:
  using Tasks = std::vector<std::unique_ptr<Task>>;

  struct Dropped {
    std::unique_ptr<Task> task;
    absl::Status status;
  };
  struct Plan {
    // Rows to compute now, in order of arrival; empty when none is due.
    Tasks batch;
    std::vector<Dropped> dropped;
    // When to call Form() again at the latest although nothing arrives;
    // InfiniteFuture when only an arrival changes anything.
    absl::Time next = absl::InfiniteFuture();
  };

  explicit BatchFormer(BatchPolicy policy) : policy_(std::move(policy)) {
    policy_.max_batch_rows = std::max<std::size_t>(1, policy_.max_batch_rows);
    policy_.queue_capacity = std::max<std::size_t>(1, policy_.queue_capacity);
    std::sort(policy_.length_bounds.begin(), policy_.length_bounds.end());
  }

  // Takes all rows (and leaves `tasks` empty) or none (and leaves it as it was).
  // RESOURCE_EXHAUSTED (reason OVERLOADED) when they do not all fit, after the
  // rows that nobody waits for any more have been removed: those come in `*dropped`.
  absl::Status Add(Tasks& tasks, absl::Time now, std::vector<Dropped>* dropped) {
    if (queue_.size() + tasks.size() > policy_.queue_capacity) Sweep(now, dropped);
    if (queue_.size() + tasks.size() > policy_.queue_capacity) {
      stats_.refused += tasks.size();
      return BusyError("the model's queue is full: try again later, or send fewer rows at once",
                       std::max(absl::Milliseconds(50), times_.Estimate(policy_.max_batch_rows)));
    }
    stats_.accepted += tasks.size();
    for (std::unique_ptr<Task>& task : tasks) {
      const std::int64_t length = std::max<std::int64_t>(1, task->length());
      queue_.push_back(Waiting{std::move(task), length, ClassOf(length), now});
    }
    tasks.clear();
    return absl::OkStatus();
  }

  // Forms at most one batch. `draining` ignores max_hold.
  Plan Form(absl::Time now, bool draining = false) {
    Plan plan;
    Sweep(now, &plan.dropped);
    if (queue_.empty()) return plan;

    // Each class is tried in the order of its oldest row, so that a held batch does
    // not block one of another class that is due.
    Candidate chosen;
    std::vector<std::size_t> tried;
    for (std::size_t i = 0; i < queue_.size() && chosen.members.empty(); ++i) {
      if (std::find(tried.begin(), tried.end(), queue_[i].length_class) != tried.end()) continue;
      tried.push_back(queue_[i].length_class);
      Candidate candidate = Gather(i, now);
      if (candidate.full || draining || now >= candidate.due) {
        chosen = std::move(candidate);
      } else {
        plan.next = std::min(plan.next, candidate.due);
      }
    }
    if (chosen.members.empty()) return plan;
    const std::vector<std::size_t>& members = chosen.members;

    stats_.batches += 1;
    stats_.computed += members.size();
    stats_.padded_cells += static_cast<std::uint64_t>(chosen.longest) * members.size();
    std::deque<Waiting> rest;
    std::size_t member = 0;
    for (std::size_t i = 0; i < queue_.size(); ++i) {
      if (member < members.size() && members[member] == i) {
        stats_.cells += static_cast<std::uint64_t>(queue_[i].length);
        plan.batch.push_back(std::move(queue_[i].task));
        ++member;
      } else {
        rest.push_back(std::move(queue_[i]));
      }
    }
    queue_ = std::move(rest);
    if (!queue_.empty()) plan.next = now;
    return plan;
  }

  // What a batch took: `cells` is rows x longest row.
  void RecordComputeTime(std::int64_t cells, absl::Duration took) { times_.Record(cells, took); }

  // Rows that wait.
  std::size_t size() const { return queue_.size(); }
  const BatchStats& stats() const { return stats_; }
  BatchStats& stats() { return stats_; }

 private:
  struct Waiting {
    std::unique_ptr<Task> task;
    std::int64_t length;
    std::size_t length_class;
    absl::Time arrival;
  };

  // Rows of one class that could be computed together.
  struct Candidate {
    std::vector<std::size_t> members;  // positions in queue_
    std::int64_t longest = 0;
    bool full = false;                      // nothing may join it any more
    absl::Time due = absl::InfinitePast();  // it need not be held longer
  };

  Candidate Gather(std::size_t leader_position, absl::Time now) const {
    const Waiting& leader = queue_[leader_position];
    Candidate batch;
    batch.members = {leader_position};
    batch.longest = leader.length;
    batch.full = policy_.max_batch_rows == 1;
    absl::Time earliest_deadline = leader.task->deadline();
    for (std::size_t i = leader_position + 1; i < queue_.size() && !batch.full; ++i) {
      const Waiting& other = queue_[i];
      if (other.length_class != leader.length_class) continue;
      const std::int64_t longer = std::max(batch.longest, other.length);
      const std::int64_t cells = longer * static_cast<std::int64_t>(batch.members.size() + 1);
      const absl::Time earlier = std::min(earliest_deadline, other.task->deadline());
      const bool too_large = policy_.max_batch_cells > 0 && cells > policy_.max_batch_cells;
      if (too_large || now + times_.Estimate(cells) > earlier) {
        batch.full = true;  // one more row would be too much, or make a member late
      } else {
        batch.members.push_back(i);
        batch.longest = longer;
        earliest_deadline = earlier;
        batch.full = batch.members.size() == policy_.max_batch_rows;
      }
    }
    const std::int64_t cells = batch.longest * static_cast<std::int64_t>(batch.members.size());
    batch.due =
        std::min(leader.arrival + policy_.max_hold, earliest_deadline - times_.Estimate(2 * cells));
    return batch;
  }

  std::size_t ClassOf(std::int64_t length) const {
    return static_cast<std::size_t>(
        std::lower_bound(policy_.length_bounds.begin(), policy_.length_bounds.end(), length) -
        policy_.length_bounds.begin());
  }

  void Sweep(absl::Time now, std::vector<Dropped>* dropped) {
    std::erase_if(queue_, [&](Waiting& waiting) {
      if (waiting.task->cancelled()) {
        stats_.cancelled += 1;
        dropped->push_back({std::move(waiting.task),
                            WithReason(absl::CancelledError("the caller cancelled the call"),
                                       reason::kCancelled)});
        return true;
      }
      const absl::Time deadline = waiting.task->deadline();
      if (now >= deadline || now + times_.Estimate(waiting.length) > deadline) {
        if (now < deadline) times_.Doubt(waiting.length);
        stats_.expired += 1;
        dropped->push_back(
            {std::move(waiting.task),
             WithReason(absl::DeadlineExceededError(
                            "too little time was left to run the model: allow a longer deadline"),
                        reason::kDeadlineExceeded)});
        return true;
      }
      return false;
    });
  }

  BatchPolicy policy_;
  ComputeTime times_;
  BatchStats stats_;
  std::deque<Waiting> queue_;
};

}  // namespace clientele::batching

#endif  // CLIENTELE_COMMON_BATCHING_BATCH_FORMER_H_

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
//  2. Interactive rows go before background rows, and the two never share a batch. A
//     background batch is expected to take no longer than background_slice, which is
//     what it can delay an interactive row by. Background rows never starve: one of
//     their batches goes first once they have waited since the one before it for its
//     expected time divided by background_share.
//  3. The oldest row of the class leads. Rows of its length class join in order of
//     arrival while the batch stays inside max_batch_rows and max_batch_cells, and
//     while its estimated time does not make a member late.
//  4. With max_hold, a batch that could still grow waits until its leader has waited
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
#include "common/executor/priority.h"
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
  { task.priority() } -> std::convertible_to<Priority>;
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
    policy_.background_queue_capacity = std::max<std::size_t>(1, policy_.background_queue_capacity);
    policy_.background_share = std::clamp(policy_.background_share, 0.01, 1.0);
    std::sort(policy_.length_bounds.begin(), policy_.length_bounds.end());
  }

  // Takes all rows (and leaves `tasks` empty) or none (and leaves it as it was).
  // RESOURCE_EXHAUSTED (reason OVERLOADED) when those of a class do not all fit into its
  // queue, after the rows that nobody waits for any more have been removed: those come in
  // `*dropped`.
  absl::Status Add(Tasks& tasks, absl::Time now, std::vector<Dropped>* dropped) {
    if (!Fit(tasks)) Sweep(now, dropped);
    if (!Fit(tasks)) {
      stats_.refused += tasks.size();
      return BusyError("the model's queue is full: try again later, or send fewer rows at once",
                       std::max(absl::Milliseconds(50), times_.Estimate(policy_.max_batch_rows)));
    }
    stats_.accepted += tasks.size();
    for (std::unique_ptr<Task>& task : tasks) {
      const std::int64_t length = std::max<std::int64_t>(1, task->length());
      auto& queue = QueueOf(task->priority());
      queue.push_back(Waiting{std::move(task), length, ClassOf(length), now});
    }
    tasks.clear();
    return absl::OkStatus();
  }

  // Forms at most one batch. `draining` ignores max_hold.
  Plan Form(absl::Time now, bool draining = false) {
    Plan plan;
    Sweep(now, &plan.dropped);
    if (size() == 0) return plan;
    const bool background_first = BackgroundIsDue(now);
    if (background_first) Take(Priority::kBackground, now, draining, plan);
    if (plan.batch.empty()) Take(Priority::kInteractive, now, draining, plan);
    if (plan.batch.empty() && !background_first) Take(Priority::kBackground, now, draining, plan);
    if (!plan.batch.empty() && size() > 0) plan.next = now;
    return plan;
  }

  // What a batch took: `cells` is rows x longest row.
  void RecordComputeTime(std::int64_t cells, absl::Duration took) { times_.Record(cells, took); }

  // Rows that wait.
  std::size_t size() const { return interactive_.size() + background_.size(); }
  const BatchStats& stats() const { return stats_; }
  BatchStats& stats() { return stats_; }

 private:
  struct Waiting {
    std::unique_ptr<Task> task;
    std::int64_t length;
    std::size_t length_class;
    absl::Time arrival;
  };

  using Queue = std::deque<Waiting>;

  // Rows of one length class that could be computed together.
  struct Candidate {
    std::vector<std::size_t> members;  // positions in their queue
    std::int64_t longest = 0;
    bool full = false;                      // nothing may join it any more
    absl::Time due = absl::InfinitePast();  // it need not be held longer

    std::int64_t cells() const { return longest * static_cast<std::int64_t>(members.size()); }
  };

  Queue& QueueOf(Priority priority) {
    return priority == Priority::kBackground ? background_ : interactive_;
  }

  bool Fit(const Tasks& tasks) const {
    const auto background = static_cast<std::size_t>(
        std::count_if(tasks.begin(), tasks.end(), [](const std::unique_ptr<Task>& task) {
          return task->priority() == Priority::kBackground;
        }));
    const std::size_t interactive = tasks.size() - background;
    return (interactive == 0 || interactive_.size() + interactive <= policy_.queue_capacity) &&
           (background == 0 ||
            background_.size() + background <= policy_.background_queue_capacity);
  }

  // Whether background rows have let interactive ones pass for long enough.
  bool BackgroundIsDue(absl::Time now) const {
    if (background_.empty() || interactive_.empty()) return false;
    const absl::Duration waited =
        now - std::max(background_.front().arrival, last_background_batch_);
    const Candidate next = Gather(Priority::kBackground, 0, now);
    return waited >= times_.Expect(next.cells()) / policy_.background_share;
  }

  // Moves a batch of that class into the plan, or says when one is due.
  void Take(Priority priority, absl::Time now, bool draining, Plan& plan) {
    Queue& queue = QueueOf(priority);
    // Each length class is tried in the order of its oldest row, so that a held batch does
    // not block one of another class that is due.
    Candidate chosen;
    std::vector<std::size_t> tried;
    for (std::size_t i = 0; i < queue.size() && chosen.members.empty(); ++i) {
      if (std::find(tried.begin(), tried.end(), queue[i].length_class) != tried.end()) continue;
      tried.push_back(queue[i].length_class);
      Candidate candidate = Gather(priority, i, now);
      if (candidate.full || draining || now >= candidate.due) {
        chosen = std::move(candidate);
      } else {
        plan.next = std::min(plan.next, candidate.due);
      }
    }
    const std::vector<std::size_t>& members = chosen.members;
    if (members.empty()) return;

    stats_.batches += 1;
    stats_.computed += members.size();
    stats_.padded_cells += static_cast<std::uint64_t>(chosen.cells());
    if (priority == Priority::kBackground) last_background_batch_ = now;
    Queue rest;
    std::size_t member = 0;
    for (std::size_t i = 0; i < queue.size(); ++i) {
      if (member < members.size() && members[member] == i) {
        stats_.cells += static_cast<std::uint64_t>(queue[i].length);
        plan.batch.push_back(std::move(queue[i].task));
        ++member;
      } else {
        rest.push_back(std::move(queue[i]));
      }
    }
    queue = std::move(rest);
  }

  Candidate Gather(Priority priority, std::size_t leader_position, absl::Time now) const {
    const Queue& queue = priority == Priority::kBackground ? background_ : interactive_;
    const Waiting& leader = queue[leader_position];
    Candidate batch;
    batch.members = {leader_position};
    batch.longest = leader.length;
    batch.full = policy_.max_batch_rows == 1;
    absl::Time earliest_deadline = leader.task->deadline();
    for (std::size_t i = leader_position + 1; i < queue.size() && !batch.full; ++i) {
      const Waiting& other = queue[i];
      if (other.length_class != leader.length_class) continue;
      const std::int64_t longer = std::max(batch.longest, other.length);
      const std::int64_t cells = longer * static_cast<std::int64_t>(batch.members.size() + 1);
      const absl::Time earlier = std::min(earliest_deadline, other.task->deadline());
      const bool too_large = policy_.max_batch_cells > 0 && cells > policy_.max_batch_cells;
      const bool too_long = priority == Priority::kBackground &&
                            policy_.background_slice > absl::ZeroDuration() &&
                            times_.Expect(cells) > policy_.background_slice;
      if (too_large || too_long || now + times_.Estimate(cells) > earlier) {
        batch.full = true;  // one more row would be too much, or make a member late
      } else {
        batch.members.push_back(i);
        batch.longest = longer;
        earliest_deadline = earlier;
        batch.full = batch.members.size() == policy_.max_batch_rows;
      }
    }
    batch.due = std::min(leader.arrival + policy_.max_hold,
                         earliest_deadline - times_.Estimate(2 * batch.cells()));
    return batch;
  }

  std::size_t ClassOf(std::int64_t length) const {
    return static_cast<std::size_t>(
        std::lower_bound(policy_.length_bounds.begin(), policy_.length_bounds.end(), length) -
        policy_.length_bounds.begin());
  }

  void Sweep(absl::Time now, std::vector<Dropped>* dropped) {
    Sweep(interactive_, now, dropped);
    Sweep(background_, now, dropped);
  }
  void Sweep(Queue& queue, absl::Time now, std::vector<Dropped>* dropped) {
    std::erase_if(queue, [&](Waiting& waiting) {
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
  Queue interactive_;
  Queue background_;
  absl::Time last_background_batch_ = absl::InfinitePast();  // when it was formed
};

}  // namespace clientele::batching

#endif  // CLIENTELE_COMMON_BATCHING_BATCH_FORMER_H_

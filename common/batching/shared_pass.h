#ifndef CLIENTELE_COMMON_BATCHING_SHARED_PASS_H_
#define CLIENTELE_COMMON_BATCHING_SHARED_PASS_H_

// Lets callers who come at the same time share a pass over the same data, where reading the data
// costs more than what is done for one caller.
//
//   SharedPass<Query, Hits> pass({.passes = 2}, [&](absl::Span<const Query* const> queries) {
//     return ScanOnceForAll(queries);   // one Hits a query, in order
//   });
//   Hits hits = pass.Run(query);        // blocks until a pass has taken it along
//
// Callers' own threads make the passes: while fewer than `passes` run, a caller starts one at once
// for itself and all who wait; else it waits and goes with the next. Nothing is held back for
// company. Thread-safe.

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "absl/types/span.h"

namespace clientele::batching {

struct SharedPassOptions {
  // Passes at the same time; at least 1.
  std::size_t passes = 1;
  // Callers that share one; at least 1.
  std::size_t max_callers = 16;
};

template <typename Query, typename Result>
class SharedPass {
 public:
  // One result a query, in order. Must not throw.
  using Compute = std::function<std::vector<Result>(absl::Span<const Query* const>)>;

  SharedPass(SharedPassOptions options, Compute compute)
      : free_(std::max<std::size_t>(1, options.passes)),
        max_callers_(std::max<std::size_t>(1, options.max_callers)),
        compute_(std::move(compute)) {}
  SharedPass(const SharedPass&) = delete;
  SharedPass& operator=(const SharedPass&) = delete;

  Result Run(const Query& query) {
    Waiter own{.query = &query, .result = {}};
    std::unique_lock lock(mutex_);
    waiting_.push_back(&own);
    // A pass may take others along and leave this one: then this thread makes the next.
    while (!own.result.has_value()) {
      const bool taken = std::find(waiting_.begin(), waiting_.end(), &own) == waiting_.end();
      if (taken || free_ == 0) {
        changed_.wait(lock);
        continue;
      }
      --free_;
      std::vector<Waiter*> callers;
      while (!waiting_.empty() && callers.size() < max_callers_) {
        callers.push_back(waiting_.front());
        waiting_.pop_front();
      }
      lock.unlock();
      std::vector<const Query*> queries;
      queries.reserve(callers.size());
      for (const Waiter* caller : callers) queries.push_back(caller->query);
      std::vector<Result> results = compute_(queries);
      lock.lock();
      for (std::size_t i = 0; i < callers.size(); ++i) callers[i]->result = std::move(results[i]);
      ++free_;
      changed_.notify_all();
    }
    return *std::move(own.result);
  }

  // Callers whom no pass has taken along yet.
  std::size_t waiting() const {
    std::lock_guard lock(mutex_);
    return waiting_.size();
  }

 private:
  struct Waiter {
    const Query* query;
    std::optional<Result> result;
  };

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t free_;
  const std::size_t max_callers_;
  const Compute compute_;
  std::deque<Waiter*> waiting_;
};

}  // namespace clientele::batching

#endif  // CLIENTELE_COMMON_BATCHING_SHARED_PASS_H_

#ifndef CLIENTELE_COMMON_BATCHING_BATCH_QUEUE_H_
#define CLIENTELE_COMMON_BATCHING_BATCH_QUEUE_H_

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"

#include "common/batching/batch_former.h"
#include "common/batching/batch_policy.h"

namespace clientele::batching {

// What callers of a batch scheduler see: they hand over rows, and each row receives
// its result from the batch function, or Drop() with the reason why there is none.
//
//   std::vector<std::unique_ptr<Row>> rows = ...;
//   CLIENTELE_RETURN_IF_ERROR(queue.Schedule(rows));   // rows are empty on OK only
template <BatchTask Task>
class BatchQueue {
 public:
  using Tasks = std::vector<std::unique_ptr<Task>>;
  // Computes one batch and gives each row its result. Must not throw. A row that it
  // forgets never ends, so it reports a failure to all of them too.
  using Compute = std::function<void(Tasks)>;

  virtual ~BatchQueue() = default;

  // Ownership of all rows moves if and only if the call returns OK; it never
  // blocks on a computation. RESOURCE_EXHAUSTED (reason OVERLOADED) when they do
  // not all fit into the queue of their class, UNAVAILABLE (reason DRAINING) after the queue was
  // closed.
  virtual absl::Status Schedule(Tasks& tasks) = 0;

  virtual BatchStats stats() const = 0;
  // Rows that wait.
  virtual std::size_t queued() const = 0;
};

}  // namespace clientele::batching

#endif  // CLIENTELE_COMMON_BATCHING_BATCH_QUEUE_H_

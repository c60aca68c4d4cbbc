#ifndef CLIENTELE_COMMON_OPERATIONS_OPERATION_WAITER_H_
#define CLIENTELE_COMMON_OPERATIONS_OPERATION_WAITER_H_

#include <mutex>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/operations/operations.h"
#include "common/time/clock.h"

namespace clientele::operations {

// Waits for the end of operations that any replica may run, by looking again and again.
//
//   OperationWaiter waiter(&operations, clock, {});
//   CLIENTELE_ASSIGN_OR_RETURN(const Operation latest,
//                              waiter.Wait(context, id, absl::Seconds(10)));
//   if (latest.done()) ...
//
// A wait occupies its thread, so its length and the number of waits are bounded. Thread-safe;
// operations and clock are borrowed.
class OperationWaiter {
 public:
  struct Options {
    absl::Duration max_wait = absl::Seconds(20);
    absl::Duration poll_interval = absl::Milliseconds(200);
    int max_waits = 8;  // at the same time
    // A wait ends so long before the call's deadline, so that its answer still arrives.
    absl::Duration deadline_margin = absl::Milliseconds(200);
  };

  OperationWaiter(Operations* operations, const Clock* clock, const Options& options)
      : operations_(operations), clock_(clock), options_(options) {}

  // The operation once it is done, or as it is after `timeout`, near the context's deadline, or
  // when the context is cancelled. NOT_FOUND when there is none, also when it was deleted
  // meanwhile; RESOURCE_EXHAUSTED with a retry delay when too many wait.
  absl::StatusOr<Operation> Wait(const RequestContext& context, absl::string_view id,
                                 absl::Duration timeout);

 private:
  bool Enter();
  void Leave();

  Operations* const operations_;
  const Clock* const clock_;
  const Options options_;
  std::mutex mutex_;
  int waits_ = 0;
};

}  // namespace clientele::operations

#endif  // CLIENTELE_COMMON_OPERATIONS_OPERATION_WAITER_H_

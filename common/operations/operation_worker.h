#ifndef CLIENTELE_COMMON_OPERATIONS_OPERATION_WORKER_H_
#define CLIENTELE_COMMON_OPERATIONS_OPERATION_WORKER_H_

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/executor/cancellation.h"
#include "common/executor/request_context.h"
#include "common/operations/operation_store.h"
#include "common/postgres/connection_pool.h"

namespace clientele::operations {

// An operation in progress, as its handler sees it. Lives during the handler.
class OperationRun {
 public:
  virtual ~OperationRun() = default;
  virtual const Operation& operation() const = 0;
  // Stores new metadata. An error (ABORTED, CANCELLED, UNAVAILABLE) means: stop and
  // return it. Thread-safe.
  virtual absl::Status Report(const std::string& metadata) = 0;
};

// Does the work of one kind and gives the result's bytes. It may run more than
// once (its process may die after the work and before the result is stored), so
// its effect must be idempotent. The context is cancelled when the lease is lost,
// when someone cancels the operation, and when the worker stops. UNAVAILABLE,
// RESOURCE_EXHAUSTED and ABORTED mean "later": it is called again after a delay.
// Any other error fails the operation. It must not throw.
using OperationHandler =
    std::function<absl::StatusOr<std::string>(const RequestContext&, OperationRun&)>;

struct OperationWorkerOptions {
  // How long a worker that has died keeps an operation from the others. Extended
  // in the background every third of it, while the handler runs.
  absl::Duration lease = absl::Minutes(1);
  // How often the thread looks for work that another replica queued.
  absl::Duration poll_interval = absl::Seconds(1);
  // Pause before a handler that said "later" is called again.
  absl::Duration retry_delay = absl::Seconds(5);
  // An operation that was claimed this often without an end fails.
  int max_attempts = 20;
};

// Claims operations and runs their handlers, one at a time; make several for more.
//
//   OperationWorker worker(pool, &store, {{"erase_customer", EraseHandler(...)}}, {});
//   worker.Start();
//   ...
//   worker.Wake();   // after Create, so that it need not wait for the next poll
//
// The pool and the store are borrowed and outlive the worker. Thread-safe.
class OperationWorker {
 public:
  OperationWorker(postgres::ConnectionPool* pool, const OperationStore* store,
                  std::map<std::string, OperationHandler> handlers, OperationWorkerOptions options);
  // Stops.
  ~OperationWorker();
  OperationWorker(const OperationWorker&) = delete;
  OperationWorker& operator=(const OperationWorker&) = delete;

  // One iteration: claims an operation, runs its handler, stores how it ended. Returns
  // whether there was one; UNAVAILABLE when the database cannot be reached. Tests drive it by hand.
  absl::StatusOr<bool> RunOnce();

  // Iterates on a thread of its own until Stop.
  void Start();
  // Looks for work now.
  void Wake();
  // Cancels the handler's context and waits for the handler; its operation goes
  // back to the queue. Repeating it does nothing.
  void Stop();

 private:
  void Loop();

  postgres::ConnectionPool* const pool_;
  const OperationStore* const store_;
  const std::map<std::string, OperationHandler> handlers_;
  const OperationWorkerOptions options_;

  CancellationSource stopping_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace clientele::operations

#endif  // CLIENTELE_COMMON_OPERATIONS_OPERATION_WORKER_H_

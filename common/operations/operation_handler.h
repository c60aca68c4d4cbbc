#ifndef CLIENTELE_COMMON_OPERATIONS_OPERATION_HANDLER_H_
#define CLIENTELE_COMMON_OPERATIONS_OPERATION_HANDLER_H_

// The work behind a kind of operation, as operation_worker.h runs it.

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/executor/request_context.h"
#include "common/operations/operation.h"

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

}  // namespace clientele::operations

#endif  // CLIENTELE_COMMON_OPERATIONS_OPERATION_HANDLER_H_

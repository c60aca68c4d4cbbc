#ifndef CLIENTELE_COMMON_OPERATIONS_OPERATIONS_H_
#define CLIENTELE_COMMON_OPERATIONS_OPERATIONS_H_

// Port: the long-running operations of one service, of all its kinds.
// common/operations/pg_operations.h keeps them in PostgreSQL;
// common/rpc/operations_rpc.h serves them as google.longrunning.Operations.
//
//   CLIENTELE_ASSIGN_OR_RETURN(
//       const operations::Operation started,
//       operations_->Start(context, mutation, {.kind = "train_model", .request = bytes}));

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/executor/request_context.h"
#include "common/idempotency/mutation_id.h"
#include "common/operations/operation.h"

namespace clientele::operations {

// Ids are the store's own; resource names are made of them elsewhere. UNAVAILABLE when the
// store is away. Thread-safe.
class Operations {
 public:
  virtual ~Operations() = default;

  // Queues an operation. The same mutation sent again gives the operation as it is by now.
  // FAILED_PRECONDITION for a kind that this process refuses.
  virtual absl::StatusOr<Operation> Start(const RequestContext& context, const MutationId& mutation,
                                          const NewOperation& operation) = 0;
  // NOT_FOUND when there is none of this id.
  virtual absl::StatusOr<Operation> Get(const RequestContext& context, absl::string_view id) = 0;
  // Newest first, at most `page_size` (1 to 1000). INVALID_ARGUMENT for a page token that
  // this method did not give.
  virtual absl::StatusOr<OperationPage> List(const RequestContext& context, int page_size,
                                             absl::string_view page_token) = 0;
  // Asks it to stop: one that no worker holds ends with CANCELLED at once, one that runs at
  // its handler's next report, whichever process runs it. A finished one stays as it is.
  // NOT_FOUND when there is none.
  virtual absl::Status Cancel(const RequestContext& context, absl::string_view id) = 0;
  // Forgets a finished one. FAILED_PRECONDITION, reason OPERATION_NOT_DONE, for one that is
  // not finished; NOT_FOUND when there is none.
  virtual absl::Status Delete(const RequestContext& context, absl::string_view id) = 0;
};

}  // namespace clientele::operations

#endif  // CLIENTELE_COMMON_OPERATIONS_OPERATIONS_H_

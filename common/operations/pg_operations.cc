#include "common/operations/pg_operations.h"

#include "common/status/status_macros.h"

namespace clientele::operations {

using postgres::Transaction;

absl::StatusOr<Operation> PgOperations::Start(const RequestContext& context,
                                              const MutationId& mutation,
                                              const NewOperation& operation) {
  const auto refused = options_.refused.find(operation.kind);
  if (refused != options_.refused.end()) return refused->second;
  Operation started;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(
        const std::string id,
        ledger_->Once(t, mutation, operation.subject, [&]() -> absl::StatusOr<std::string> {
          CLIENTELE_ASSIGN_OR_RETURN(const Operation created, store_->Create(t, operation));
          return created.id;
        }));
    CLIENTELE_ASSIGN_OR_RETURN(started, store_->Get(t, id));
    return absl::OkStatus();
  }));
  if (options_.on_started) options_.on_started();
  return started;
}

absl::StatusOr<Operation> PgOperations::Get(const RequestContext& context, absl::string_view id) {
  Operation operation;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context,
                                            [&](Transaction& t) -> absl::Status {
                                              CLIENTELE_ASSIGN_OR_RETURN(operation,
                                                                         store_->Get(t, id));
                                              return absl::OkStatus();
                                            },
                                            {.read_only = true}));
  return operation;
}

absl::StatusOr<OperationPage> PgOperations::List(const RequestContext& context, int page_size,
                                                 absl::string_view page_token) {
  OperationPage page;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(page, store_->List(t, /*kind=*/"", page_size, page_token));
        return absl::OkStatus();
      },
      {.read_only = true}));
  return page;
}

absl::Status PgOperations::Cancel(const RequestContext& context, absl::string_view id) {
  return pool_->Transact(context, [&](Transaction& t) { return store_->Cancel(t, id); });
}

absl::Status PgOperations::Delete(const RequestContext& context, absl::string_view id) {
  return pool_->Transact(context, [&](Transaction& t) { return store_->Delete(t, id); });
}

}  // namespace clientele::operations

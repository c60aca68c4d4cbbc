#ifndef CLIENTELE_COMMON_OPERATIONS_PG_OPERATIONS_H_
#define CLIENTELE_COMMON_OPERATIONS_PG_OPERATIONS_H_

#include <functional>
#include <map>
#include <string>
#include <utility>

#include "common/idempotency/ledger.h"
#include "common/operations/operation_store.h"
#include "common/operations/operations.h"
#include "common/postgres/connection_pool.h"

namespace clientele::operations {

// The port over OperationStore, each call in a transaction of its own.
//
//   PgOperations operations(pool, &operation_store, &ledger,
//                           {.on_started = [&] { worker.Wake(); }});
//
// Borrows its parts; thread-safe.
class PgOperations final : public Operations {
 public:
  struct Options {
    // Wakes this process's worker. May be empty.
    std::function<void()> on_started = {};
    // Kinds that this deployment cannot run, and what their callers are told.
    std::map<std::string, absl::Status> refused = {};
  };

  PgOperations(postgres::ConnectionPool* pool, const OperationStore* store, const Ledger* ledger,
               Options options)
      : pool_(pool), store_(store), ledger_(ledger), options_(std::move(options)) {}

  absl::StatusOr<Operation> Start(const RequestContext& context, const MutationId& mutation,
                                  const NewOperation& operation) override;
  absl::StatusOr<Operation> Get(const RequestContext& context, absl::string_view id) override;
  absl::StatusOr<OperationPage> List(const RequestContext& context, int page_size,
                                     absl::string_view page_token) override;
  absl::Status Cancel(const RequestContext& context, absl::string_view id) override;
  absl::Status Delete(const RequestContext& context, absl::string_view id) override;

 private:
  postgres::ConnectionPool* const pool_;
  const OperationStore* const store_;
  const Ledger* const ledger_;
  const Options options_;
};

}  // namespace clientele::operations

#endif  // CLIENTELE_COMMON_OPERATIONS_PG_OPERATIONS_H_

#include "services/qa-service/store/pg_change_sink.h"

#include <set>
#include <utility>
#include <vector>

#include "common/status/status_macros.h"
#include "services/qa-service/store/answering/pg_question_log.h"
#include "services/qa-service/store/answering/question_statements.h"

namespace clientele::qa {
namespace {

using changefeed::Change;
using postgres::Bytes;
using postgres::Result;
using postgres::Transaction;

// The customers of a batch by what happened to them last, and all that were deleted.
struct Customers {
  std::set<std::string> deleted;  // at any point: what was kept goes
  std::set<std::string> known_at_end;
};

Customers Sort(const changefeed::ChangeBatch& batch) {
  Customers customers;
  for (const Change& change : batch.changes) {
    if (change.kind == Change::Kind::kCustomerDeleted) {
      customers.deleted.insert(change.customer_id);
      customers.known_at_end.erase(change.customer_id);
    } else if (change.kind == Change::Kind::kCustomerCreated) {
      customers.known_at_end.insert(change.customer_id);
    }
  }
  return customers;
}

}  // namespace

RequestContext PgChangeSink::Context() const {
  RequestContext context;
  context.caller.name = "qa-service";
  context.deadline = clock_->Now() + absl::Seconds(30);
  return context;
}

absl::StatusOr<std::string> PgChangeSink::LoadCursor() {
  std::string cursor;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      Context(),
      [&](Transaction& t) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(statements::kLoadCursor));
        if (rows.empty()) return absl::InternalError("the feed's cursor is missing");
        cursor = rows[0].Text(0);
        return absl::OkStatus();
      },
      {.read_only = true}));
  return cursor;
}

absl::Status PgChangeSink::Apply(absl::string_view expected_cursor,
                                 const changefeed::ChangeBatch& batch) {
  const Customers customers = Sort(batch);
  const auto indexes = [&](const std::set<std::string>& ids) {
    std::vector<Bytes> hashes;
    for (const std::string& id : ids) hashes.push_back({KnownCustomerIndex(*cipher_, id)});
    return hashes;
  };
  return pool_->Transact(Context(), [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(const Result moved,
                               t.Execute(statements::kMoveCursor, {expected_cursor, batch.cursor}));
    if (moved.affected_rows() == 0) {
      return absl::AbortedError("another replica moved the feed's cursor");
    }
    if (!customers.deleted.empty()) {
      CLIENTELE_RETURN_IF_ERROR(t.Execute(statements::kLockQuestions).status());
      const std::vector<std::string> ids(customers.deleted.begin(), customers.deleted.end());
      CLIENTELE_RETURN_IF_ERROR(t.Execute(statements::kDeleteQuestions, {ids}).status());
      CLIENTELE_RETURN_IF_ERROR(
          t.Execute(statements::kForgetCustomers, {indexes(customers.deleted)}).status());
      for (const std::string& id : ids) CLIENTELE_RETURN_IF_ERROR(ledger_->Forget(t, id));
    }
    if (customers.known_at_end.empty()) return absl::OkStatus();
    return t.Execute(statements::kNoteCustomers, {indexes(customers.known_at_end)}).status();
  });
}

}  // namespace clientele::qa

#include "services/qa-service/store/pg_change_sink.h"

#include <cstddef>
#include <utility>

#include "common/status/status_macros.h"
#include "services/qa-service/store/answering/pg_question_log.h"
#include "services/qa-service/store/answering/question_statements.h"
#include "services/qa-service/store/conversations/conversation_statements.h"
#include "services/qa-service/store/feedback/feedback_statements.h"
#include "services/qa-service/store/handovers/handover_statements.h"
#include "services/qa-service/store/replays/recorded_answer_statements.h"

namespace clientele::qa {
namespace {

using changefeed::Change;
using postgres::Bytes;
using postgres::Result;
using postgres::Row;
using postgres::Transaction;

constexpr int kAskersAtOnce = 1000;

// Of every table that holds customers; kListAskers lists them.
constexpr const postgres::Statement* kDeletions[] = {
    &statements::kDeleteQuestions, &statements::kDeleteHandovers, &statements::kDeleteConversations,
    &statements::kDeleteFeedback, &statements::kDeleteRecordedAnswers};

}  // namespace

PgChangeSink::Customers PgChangeSink::Sort(const changefeed::ChangeBatch& batch) {
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

std::vector<Bytes> PgChangeSink::Indexes(const std::set<std::string>& customers) const {
  std::vector<Bytes> indexes;
  indexes.reserve(customers.size());
  for (const std::string& id : customers) indexes.push_back({KnownCustomerIndex(*cipher_, id)});
  return indexes;
}

absl::Status PgChangeSink::Erase(Transaction& t, const std::set<std::string>& customers) const {
  if (customers.empty()) return absl::OkStatus();
  const std::vector<std::string> ids(customers.begin(), customers.end());
  for (const postgres::Statement* const deletion : kDeletions) {
    CLIENTELE_RETURN_IF_ERROR(t.Execute(*deletion, {ids}).status());
  }
  CLIENTELE_RETURN_IF_ERROR(t.Execute(statements::kForgetCustomers, {Indexes(customers)}).status());
  for (const std::string& id : ids) CLIENTELE_RETURN_IF_ERROR(ledger_->Forget(t, id));
  return absl::OkStatus();
}

absl::Status PgChangeSink::EraseUnknownAskers(Transaction& t) const {
  std::string last;
  while (true) {
    CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                               t.Execute(statements::kListAskers, {last, kAskersAtOnce}));
    if (rows.empty()) return absl::OkStatus();
    std::vector<std::string> askers;
    std::vector<Bytes> indexes;
    for (const Row row : rows) {
      askers.push_back(row.Text(0));
      indexes.push_back({KnownCustomerIndex(*cipher_, askers.back())});
    }
    CLIENTELE_ASSIGN_OR_RETURN(const Result unknown,
                               t.Execute(statements::kFindUnknown, {indexes}));
    std::set<std::string> gone;
    for (const Row row : unknown) gone.insert(askers[static_cast<std::size_t>(row.Int64(0)) - 1]);
    CLIENTELE_RETURN_IF_ERROR(Erase(t, gone));
    last = askers.back();
  }
}

absl::Status PgChangeSink::ApplySnapshot(Transaction& t, const Customers& customers, bool last_part,
                                         std::int64_t snapshot) const {
  if (!customers.known_at_end.empty()) {
    CLIENTELE_RETURN_IF_ERROR(
        t.Execute(statements::kConfirmCustomers, {Indexes(customers.known_at_end), snapshot})
            .status());
  }
  if (!last_part) return absl::OkStatus();
  CLIENTELE_RETURN_IF_ERROR(t.Execute(statements::kLockQuestions).status());
  CLIENTELE_RETURN_IF_ERROR(t.Execute(statements::kForgetUnconfirmed, {snapshot}).status());
  return EraseUnknownAskers(t);
}

absl::Status PgChangeSink::ApplyChanges(Transaction& t, const Customers& customers) const {
  if (!customers.deleted.empty()) {
    CLIENTELE_RETURN_IF_ERROR(t.Execute(statements::kLockQuestions).status());
    CLIENTELE_RETURN_IF_ERROR(Erase(t, customers.deleted));
  }
  if (customers.known_at_end.empty()) return absl::OkStatus();
  return t.Execute(statements::kNoteCustomers, {Indexes(customers.known_at_end)}).status();
}

absl::Status PgChangeSink::Apply(absl::string_view expected_cursor,
                                 const changefeed::ChangeBatch& batch) {
  const Customers customers = Sort(batch);
  const auto& range = batch.snapshot;
  const bool first_part = range.has_value() && !range->after.has_value();
  const bool last_part = range.has_value() && !range->through.has_value();
  return pool_->Transact(Context(), [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(
        const Result moved,
        t.Execute(statements::kMoveCursor, {expected_cursor, batch.cursor, first_part ? 1 : 0}));
    if (moved.empty()) return absl::AbortedError("another replica moved the feed's cursor");
    return range.has_value() ? ApplySnapshot(t, customers, last_part, moved[0].Int64(0))
                             : ApplyChanges(t, customers);
  });
}

}  // namespace clientele::qa

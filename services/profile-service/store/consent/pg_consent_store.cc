#include "services/profile-service/store/consent/pg_consent_store.h"

#include <cstddef>
#include <cstdint>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/postgres/statement.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/customers/customer.h"
#include "services/profile-service/store/changes/change_log.h"
#include "services/profile-service/store/consent/consent_decisions_table.h"
#include "services/profile-service/store/customers/members.h"

namespace clientele::profile {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Transaction;

constexpr Statement kNewest{
    "profile.list_newest_consent_decisions",
    "SELECT DISTINCT ON (purpose) customer_id, purpose, granted, decision_time, text_version, "
    "source, store_time, decision_id FROM profile.consent_decisions "
    "WHERE customer_id = ANY($1::text[]) "
    "ORDER BY purpose, decision_time DESC, decision_id DESC"};

constexpr Statement kHistory{
    "profile.list_consent_decisions",
    "SELECT customer_id, purpose, granted, decision_time, text_version, source, store_time, "
    "decision_id FROM profile.consent_decisions WHERE customer_id = ANY($1::text[]) "
    "AND (decision_time, decision_id) < ($2::timestamptz, $3::bigint) "
    "ORDER BY decision_time DESC, decision_id DESC LIMIT $4"};

ConsentDecision ToDecision(const Row& row) {
  return {.customer_id = row.Text(0),
          .purpose = static_cast<consent::Purpose>(row.Int64(1)),
          .granted = row.Bool(2),
          .decision_time = row.Time(3),
          .text_version = row.Text(4),
          .source = row.Text(5),
          .store_time = row.Time(6),
          .decision_id = row.Int64(7)};
}

absl::StatusOr<std::vector<ConsentDecision>> ReadDecisions(
    postgres::ConnectionPool& pool, const RequestContext& context, absl::string_view customer_id,
    const Statement& statement, const std::vector<postgres::Value>& more) {
  std::vector<ConsentDecision> decisions;
  CLIENTELE_RETURN_IF_ERROR(pool.Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        decisions.clear();
        CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::string> members,
                                   MembersOf(transaction, customer_id));
        std::vector<postgres::Value> values = {members};
        values.insert(values.end(), more.begin(), more.end());
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows, transaction.Execute(statement, values));
        decisions.reserve(rows.size());
        for (const Row row : rows) decisions.push_back(ToDecision(row));
        return absl::OkStatus();
      },
      {.read_only = true}));
  return decisions;
}

}  // namespace

absl::StatusOr<int64_t> PgConsentStore::Insert(Transaction& transaction,
                                               const std::vector<ConsentDecision>& decisions,
                                               const consent::Policy& policy) const {
  std::set<std::string> customers;
  for (const ConsentDecision& decision : decisions) customers.insert(decision.customer_id);
  CLIENTELE_RETURN_IF_ERROR(HoldOffMerges(transaction));
  CLIENTELE_ASSIGN_OR_RETURN(const std::set<std::string> found,
                             LockDeciding(transaction, customers));
  for (const std::string& customer : customers) {
    if (!found.contains(customer)) return NotFound(CustomerName(customer));
  }
  CLIENTELE_ASSIGN_OR_RETURN(const RecordedDecisions recorded,
                             RecordDecisions(transaction, decisions, policy));
  CLIENTELE_RETURN_IF_ERROR(AppendChanges(transaction, recorded.changes, clock_->Now()).status());
  return recorded.fresh;
}

absl::StatusOr<int64_t> PgConsentStore::Record(const RequestContext& context,
                                               const MutationId& mutation,
                                               const std::vector<ConsentDecision>& decisions,
                                               const consent::Policy& policy) {
  // The entry of one customer's decision goes with them; that of several holds nothing of any.
  const bool one = decisions.size() == 1;
  const std::string subject = one ? decisions.front().customer_id : std::string();
  std::string encoded;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        const auto insert = [&]() -> absl::StatusOr<std::string> {
          CLIENTELE_ASSIGN_OR_RETURN(const int64_t recorded,
                                     Insert(transaction, decisions, policy));
          return absl::StrCat(recorded);
        };
        CLIENTELE_ASSIGN_OR_RETURN(encoded, ledger_->Once(transaction, mutation, subject, insert));
        return absl::OkStatus();
      },
      kAppendsToFeed));
  int64_t recorded = 0;
  if (!absl::SimpleAtoi(encoded, &recorded)) {
    return WithReason(absl::DataLossError("a stored result cannot be read"), reason::kDataLoss);
  }
  return recorded;
}

absl::StatusOr<std::vector<ConsentDecision>> PgConsentStore::Newest(const RequestContext& context,
                                                                    absl::string_view customer_id) {
  return ReadDecisions(*pool_, context, customer_id, kNewest, {});
}

absl::StatusOr<std::vector<ConsentDecision>> PgConsentStore::History(
    const RequestContext& context, absl::string_view customer_id,
    const std::optional<ConsentPosition>& after, int limit) {
  const absl::Time before = after ? after->decision_time : absl::InfiniteFuture();
  const int64_t before_id = after ? after->decision_id : 0;
  return ReadDecisions(*pool_, context, customer_id, kHistory, {before, before_id, limit});
}

}  // namespace clientele::profile

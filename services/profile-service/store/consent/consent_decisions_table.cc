#include "services/profile-service/store/consent/consent_decisions_table.h"

#include "absl/time/time.h"

#include "common/postgres/statement.h"
#include "common/status/status_macros.h"
#include "services/profile-service/store/consent/kept_consents.h"
#include "services/profile-service/store/media/media_rows.h"

namespace clientele::profile {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Transaction;

// Those who decide, and everybody who is one person with one of them.
constexpr Statement kLockDecidingCustomers{
    "profile.lock_consent_customers",
    "SELECT customer_id FROM profile.customers WHERE customer_id IN (SELECT member.id "
    "FROM unnest($1::text[]) AS deciding(id), profile.members_of(deciding.id) AS member(id)) "
    "ORDER BY customer_id FOR UPDATE"};

constexpr Statement kInsertDecisions{
    "profile.insert_consent_decisions",
    "INSERT INTO profile.consent_decisions (customer_id, decision_time, purpose, granted, "
    "text_version, source, store_time) "
    "SELECT customer_id, decision_time, purpose, granted, text_version, source, $7::timestamptz "
    "FROM unnest($1::text[], $2::timestamptz[], $3::smallint[], $4::boolean[], $5::text[], "
    "$6::text[]) WITH ORDINALITY AS t(customer_id, decision_time, purpose, granted, text_version, "
    "source, position) WHERE NOT EXISTS (SELECT FROM profile.consent_decisions AS known "
    "WHERE known.customer_id = t.customer_id AND known.decision_time = t.decision_time "
    "AND known.purpose = t.purpose AND known.granted = t.granted "
    "AND known.text_version = t.text_version AND known.source = t.source) "
    "ORDER BY position RETURNING customer_id"};

}  // namespace

absl::StatusOr<std::set<std::string>> LockDeciding(Transaction& transaction,
                                                   const std::set<std::string>& customers) {
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result locked,
      transaction.Execute(kLockDecidingCustomers,
                          {std::vector<std::string>(customers.begin(), customers.end())}));
  std::set<std::string> found;
  for (const Row row : locked) found.insert(row.Text(0));
  return found;
}

absl::StatusOr<RecordedDecisions> RecordDecisions(Transaction& transaction,
                                                  const std::vector<ConsentDecision>& decisions,
                                                  const consent::Policy& policy) {
  std::vector<std::string> customers, versions, sources;
  std::vector<absl::Time> times;
  std::vector<int64_t> purposes;
  std::vector<bool> granted;
  for (const ConsentDecision& decision : decisions) {
    customers.push_back(decision.customer_id);
    times.push_back(decision.decision_time);
    purposes.push_back(static_cast<int64_t>(decision.purpose));
    granted.push_back(decision.granted);
    versions.push_back(decision.text_version);
    sources.push_back(decision.source);
  }
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result inserted,
      transaction.Execute(kInsertDecisions, {customers, times, purposes, granted, versions, sources,
                                             decisions.front().store_time}));
  RecordedDecisions recorded;
  recorded.fresh = static_cast<std::int64_t>(inserted.size());
  std::set<std::string> decided;
  for (const Row row : inserted) decided.insert(row.Text(0));
  CLIENTELE_ASSIGN_OR_RETURN(
      recorded.changes,
      KeepConsents(transaction, {decided.begin(), decided.end()}, policy, ConsentsOf::kEverybody));
  std::set<std::string> about_images;
  for (const ConsentDecision& decision : decisions) {
    if (decision.purpose != consent::Purpose::kImageAnalysis || decision.granted) continue;
    about_images.insert(decision.customer_id);
  }
  if (!about_images.empty()) {
    CLIENTELE_RETURN_IF_ERROR(
        DropWithheldMedia(transaction, {about_images.begin(), about_images.end()}, policy));
  }
  return recorded;
}

}  // namespace clientele::profile

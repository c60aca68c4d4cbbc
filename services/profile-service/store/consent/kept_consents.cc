#include "services/profile-service/store/consent/kept_consents.h"

#include "common/postgres/statement.h"
#include "common/status/status_macros.h"

namespace clientele::profile {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Statement;

// A person's decisions are read once, however many customers they are.
constexpr Statement kKeepConsents{
    "profile.update_customer_consents",
    "WITH person AS MATERIALIZED (SELECT id, profile.consents_of(id) AS consents FROM ("
    "SELECT DISTINCT coalesce(survivor_id, customer_id) AS id FROM profile.customers "
    "WHERE customer_id = ANY($1::text[]) AND deleted_time IS NULL) AS decided), "
    "member AS MATERIALIZED (SELECT member.id, person.consents FROM person, "
    "profile.members_of(person.id) AS member(id)), "
    "kept AS (UPDATE profile.customers AS c SET consents = member.consents FROM member "
    "WHERE c.customer_id = member.id AND c.consents <> member.consents RETURNING c.customer_id) "
    "SELECT member.id, member.consents, kept.customer_id IS NOT NULL FROM member "
    "LEFT JOIN kept ON kept.customer_id = member.id ORDER BY member.id"};

constexpr Statement kDropVectors{
    "profile.delete_withheld_vectors",
    "WITH pending AS (DELETE FROM profile.pending_texts WHERE customer_id = ANY($1::text[])), "
    "profiles AS (UPDATE profile.profile_vectors SET model_id = '', vector = NULL "
    "WHERE customer_id = ANY($1::text[])) "
    "DELETE FROM profile.text_vectors WHERE customer_id = ANY($1::text[])"};

constexpr Statement kAwaitTextVectors{
    "profile.insert_allowed_pending_texts",
    "INSERT INTO profile.pending_texts (customer_id, event_id) "
    "SELECT customer_id, event_id FROM profile.events AS e "
    "WHERE customer_id = ANY($1::text[]) AND text IS NOT NULL AND type IN (2, 6, 7) "
    "AND left_out = 0 AND NOT EXISTS (SELECT FROM profile.text_vectors AS v WHERE v.customer_id = "
    "e.customer_id "
    "AND v.event_id = e.event_id) ON CONFLICT DO NOTHING"};

}  // namespace

absl::StatusOr<NewChanges> KeepConsents(postgres::Transaction& transaction,
                                        const std::vector<std::string>& customer_ids,
                                        const consent::Policy& policy, ConsentsOf told) {
  NewChanges changes{.kind = ChangeKind::kConsents};
  if (customer_ids.empty()) return changes;
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows, transaction.Execute(kKeepConsents, {customer_ids}));
  std::vector<std::string> allowed, withheld;
  for (const Row row : rows) {
    const bool changed = row.Bool(2);
    if (changed || told == ConsentsOf::kEverybody) changes.customer_ids.push_back(row.Text(0));
    if (!changed) continue;
    const bool allows =
        policy.Allows(consent::Purpose::kProfiling, consent::Consents(row.Int64(1)));
    (allows ? allowed : withheld).push_back(row.Text(0));
  }
  if (!withheld.empty()) {
    CLIENTELE_RETURN_IF_ERROR(transaction.Execute(kDropVectors, {withheld}).status());
  }
  if (!allowed.empty()) {
    CLIENTELE_RETURN_IF_ERROR(transaction.Execute(kAwaitTextVectors, {allowed}).status());
  }
  return changes;
}

}  // namespace clientele::profile

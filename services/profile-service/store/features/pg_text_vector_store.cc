#include "services/profile-service/store/features/pg_text_vector_store.h"

#include <set>
#include <string>
#include <utility>

#include "common/postgres/statement.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/store/events/event_codec.h"
#include "services/profile-service/store/features/text_pools.h"
#include "services/profile-service/store/features/text_vector_codec.h"

namespace clientele::profile {
namespace {

using postgres::Bytes;
using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Transaction;

constexpr Statement kTake{
    "profile.claim_pending_texts",
    "WITH taken AS (UPDATE profile.pending_texts SET lease_expire_time = $3 "
    "WHERE ctid = ANY (ARRAY(SELECT ctid FROM profile.pending_texts WHERE lease_expire_time <= $2 "
    "ORDER BY customer_id, event_id LIMIT $1 FOR UPDATE SKIP LOCKED)) "
    "RETURNING customer_id, event_id) "
    "SELECT t.customer_id, t.event_id, e.text, c.consents FROM taken AS t "
    "JOIN profile.customers AS c USING (customer_id) "
    "JOIN LATERAL (SELECT text FROM profile.events WHERE customer_id = t.customer_id "
    "AND event_id = t.event_id AND text IS NOT NULL AND left_out = 0 LIMIT 1) AS e ON true"};

constexpr Statement kDropWithheld{
    "profile.delete_withheld_pending_texts",
    "DELETE FROM profile.pending_texts AS p USING unnest($1::text[], $2::text[]) "
    "AS t(customer_id, event_id) WHERE p.customer_id = t.customer_id "
    "AND p.event_id = t.event_id"};

constexpr Statement kConsentsOf{
    "profile.list_text_consents",
    "SELECT customer_id, consents FROM profile.customers WHERE customer_id = ANY($1::text[])"};

// Keeps the customers from being deleted, and from deciding otherwise, until the vectors are
// committed.
constexpr Statement kLockTextCustomers{
    "profile.lock_text_customers",
    "SELECT customer_id FROM profile.customers WHERE customer_id = ANY($1::text[]) "
    "AND deleted_time IS NULL ORDER BY customer_id FOR KEY SHARE"};

constexpr Statement kPut{
    "profile.insert_text_vectors",
    "WITH done AS (DELETE FROM profile.pending_texts AS p USING unnest($1::text[], $2::text[]) "
    "AS d(customer_id, event_id) WHERE p.customer_id = d.customer_id AND p.event_id = d.event_id) "
    "INSERT INTO profile.text_vectors (customer_id, event_id, model_id, vector, create_time) "
    "SELECT v.customer_id, v.event_id, $4, v.vector, $5 "
    "FROM unnest($1::text[], $2::text[], $3::bytea[]) AS v(customer_id, event_id, vector) "
    "JOIN LATERAL (SELECT 1 FROM profile.events WHERE customer_id = v.customer_id "
    "AND event_id = v.event_id AND left_out = 0 LIMIT 1) AS e ON true ON CONFLICT DO NOTHING"};

constexpr Statement kGetScan{
    "profile.get_text_scan",
    "SELECT last_customer_id, last_event_time, last_event_id, complete_time "
    "FROM profile.text_scans WHERE model_id = $1"};

constexpr Statement kBeginScan{"profile.upsert_text_scan",
                               "INSERT INTO profile.text_scans (model_id) VALUES ($1) "
                               "ON CONFLICT (model_id) DO UPDATE SET complete_time = NULL"};

constexpr Statement kTextPage{
    "profile.list_texts_without_vectors",
    "SELECT e.customer_id, e.event_time, e.event_id, v.found IS NULL FROM ("
    "SELECT customer_id, event_time, event_id FROM profile.events "
    "WHERE text IS NOT NULL AND type IN (2, 6, 7) AND left_out = 0 "
    "AND (customer_id, event_time, event_id) > ($2::text, $3::timestamptz, $4::text) "
    "ORDER BY customer_id, event_time, event_id LIMIT $5) AS e "
    "LEFT JOIN LATERAL (SELECT true AS found FROM profile.text_vectors "
    "WHERE customer_id = e.customer_id AND event_id = e.event_id AND model_id = $1 LIMIT 1) AS v "
    "ON true ORDER BY e.customer_id, e.event_time, e.event_id"};

constexpr Statement kInsertPending{
    "profile.insert_pending_texts",
    "INSERT INTO profile.pending_texts (customer_id, event_id) "
    "SELECT customer_id, event_id FROM unnest($1::text[], $2::text[]) "
    "AS t(customer_id, event_id) WHERE customer_id = ANY($3::text[]) ON CONFLICT DO NOTHING"};

constexpr Statement kDropOld{
    "profile.delete_old_text_vectors",
    "DELETE FROM profile.text_vectors AS v USING unnest($1::text[], $2::text[]) "
    "AS t(customer_id, event_id) WHERE v.customer_id = t.customer_id "
    "AND v.event_id = t.event_id AND v.model_id <> $3 AND v.create_time < $4"};

constexpr Statement kMoveScan{
    "profile.update_text_scan",
    "UPDATE profile.text_scans SET last_customer_id = $2, last_event_time = $3, "
    "last_event_id = $4 WHERE model_id = $1 AND complete_time IS NULL"};

constexpr Statement kEndScan{"profile.update_text_scan_complete",
                             "UPDATE profile.text_scans SET last_customer_id = '', "
                             "last_event_time = '-infinity', last_event_id = '', "
                             "complete_time = $2 WHERE model_id = $1"};

// Takes out those who may not be profiled, as of after they were locked.
absl::Status DropWithheld(Transaction& transaction, const consent::Policy& policy,
                          std::set<std::string>& customers) {
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result rows,
      transaction.Execute(kConsentsOf,
                          {std::vector<std::string>(customers.begin(), customers.end())}));
  for (const Row row : rows) {
    const consent::Consents consents(row.Int64(1));
    if (!policy.Allows(consent::Purpose::kProfiling, consents)) customers.erase(row.Text(0));
  }
  return absl::OkStatus();
}

// Locks the customers that are there.
absl::StatusOr<std::set<std::string>> LockCustomers(Transaction& transaction,
                                                    const std::vector<std::string>& customers) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                             transaction.Execute(kLockTextCustomers, {customers}));
  std::set<std::string> locked;
  for (const Row row : rows) locked.insert(row.Text(0));
  return locked;
}

// One page of a scan. False when it was the last.
absl::StatusOr<bool> ScanPage(Transaction& transaction, absl::string_view model_id,
                              const TextVectorStore::Scan& scan) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result state, transaction.Execute(kGetScan, {model_id}));
  std::string last_customer, last_event;
  absl::Time last_time = absl::InfinitePast();
  const bool begins = state.empty() || !state[0].IsNull(3);
  if (!begins) {
    last_customer = state[0].Text(0);
    last_time = state[0].Time(1);
    last_event = state[0].Text(2);
  } else if (!state.empty() && state[0].Time(3) > scan.now - scan.pause) {
    return false;
  }
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result page,
      transaction.Execute(kTextPage, {model_id, last_customer, last_time, last_event, scan.limit}));
  // The page's customers are locked before the scan's row, as their deletion does.
  std::vector<std::string> page_customers;
  for (const Row row : page) page_customers.push_back(row.Text(0));
  CLIENTELE_ASSIGN_OR_RETURN(const std::set<std::string> there,
                             LockCustomers(transaction, page_customers));
  if (begins) CLIENTELE_RETURN_IF_ERROR(transaction.Execute(kBeginScan, {model_id}).status());
  if (page.empty()) {
    CLIENTELE_RETURN_IF_ERROR(transaction.Execute(kEndScan, {model_id, scan.now}).status());
    return false;
  }
  std::vector<std::string> events, missing_customers, missing_events;
  for (const Row row : page) {
    events.push_back(row.Text(2));
    if (!row.Bool(3)) continue;
    missing_customers.push_back(row.Text(0));
    missing_events.push_back(row.Text(2));
  }
  const std::vector<std::string> locked(there.begin(), there.end());
  CLIENTELE_RETURN_IF_ERROR(
      transaction.Execute(kInsertPending, {missing_customers, missing_events, locked}).status());
  CLIENTELE_RETURN_IF_ERROR(
      transaction.Execute(kDropOld, {page_customers, events, model_id, scan.now - scan.keep_old})
          .status());
  // Where the scan is, told by a customer that is there.
  for (std::size_t i = page.size(); i-- > 0;) {
    if (!there.contains(page_customers[i])) continue;
    CLIENTELE_RETURN_IF_ERROR(
        transaction.Execute(kMoveScan, {model_id, page_customers[i], page[i].Time(1), events[i]})
            .status());
    break;
  }
  return true;
}

}  // namespace

absl::StatusOr<std::vector<PendingText>> PgTextVectorStore::Take(const RequestContext& context,
                                                                 int limit, absl::Time now,
                                                                 absl::Duration lease) {
  std::vector<PendingText> texts;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& transaction) -> absl::Status {
    texts.clear();
    CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                               transaction.Execute(kTake, {limit, now, now + lease}));
    std::vector<std::string> withheld_customers, withheld_events;
    for (const Row row : rows) {
      if (!policy_.Allows(consent::Purpose::kProfiling, consent::Consents(row.Int64(3)))) {
        withheld_customers.push_back(row.Text(0));
        withheld_events.push_back(row.Text(1));
        continue;
      }
      absl::StatusOr<std::string> text =
          OpenText(*cipher_, row.TextView(0), row.TextView(1), row.Bytes(2));
      // One that cannot be read waits aside and holds up no other.
      if (text.ok()) texts.push_back({row.Text(0), row.Text(1), *std::move(text)});
    }
    if (withheld_events.empty()) return absl::OkStatus();
    return transaction.Execute(kDropWithheld, {withheld_customers, withheld_events}).status();
  }));
  return texts;
}

absl::Status PgTextVectorStore::Put(const RequestContext& context, absl::string_view model_id,
                                    absl::Span<const TextVector> vectors, absl::Time now) {
  std::vector<std::string> wanted;
  for (const TextVector& vector : vectors) wanted.push_back(vector.customer_id);
  return pool_->Transact(context, [&](Transaction& transaction) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(std::set<std::string> there, LockCustomers(transaction, wanted));
    CLIENTELE_RETURN_IF_ERROR(DropWithheld(transaction, policy_, there));
    std::vector<std::string> customers, events;
    std::vector<Bytes> sealed;
    for (const TextVector& vector : vectors) {
      if (!there.contains(vector.customer_id)) continue;
      customers.push_back(vector.customer_id);
      events.push_back(vector.event_id);
      sealed.push_back(SealVector(*cipher_, vector.vector,
                                  TextVectorPlace(vector.customer_id, vector.event_id, model_id)));
    }
    CLIENTELE_RETURN_IF_ERROR(
        transaction.Execute(kPut, {customers, events, sealed, model_id, now}).status());
    return MakeTextPools(transaction, *cipher_, model_id, {there.begin(), there.end()});
  });
}

absl::StatusOr<bool> PgTextVectorStore::ScanTexts(const RequestContext& context,
                                                  absl::string_view model_id, const Scan& scan) {
  bool more = false;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& transaction) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(more, ScanPage(transaction, model_id, scan));
    return absl::OkStatus();
  }));
  return more;
}

}  // namespace clientele::profile

#include "services/profile-service/store/customers/pg_customer_store.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/postgres/statement.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/store/changes/change_log.h"
#include "services/profile-service/store/customers/customer_codec.h"
#include "services/profile-service/store/customers/members.h"
#include "services/profile-service/store/customers/tombstones.h"
#include "services/profile-service/store/quarantine/quarantine_writer.h"

namespace clientele::profile {
namespace {

using postgres::Bytes;
using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Transaction;

constexpr Statement kGet{
    "profile.get_customer",
    "SELECT customer_id, display_name, email, phone, attributes, language_code, region, revision, "
    "create_time, update_time, survivor_id, merged_count FROM profile.customers "
    "WHERE customer_id = $1 AND deleted_time IS NULL"};

// Compatible with the FOR KEY SHARE of event inserts.
constexpr Statement kLockCustomer{
    "profile.lock_customer",
    "SELECT customer_id, display_name, email, phone, attributes, language_code, region, revision, "
    "create_time, update_time, survivor_id, merged_count FROM profile.customers "
    "WHERE customer_id = $1 AND deleted_time IS NULL FOR NO KEY UPDATE"};

constexpr Statement kList{
    "profile.list_customers",
    "SELECT customer_id, display_name, email, phone, attributes, language_code, region, revision, "
    "create_time, update_time, survivor_id, merged_count FROM profile.customers "
    "WHERE customer_id > $1 AND deleted_time IS NULL ORDER BY customer_id LIMIT $2"};

constexpr Statement kFindId{
    "profile.find_customer_id",
    "SELECT deleted_time IS NOT NULL FROM profile.customers WHERE customer_id = $1 "
    "UNION ALL SELECT true FROM profile.tombstones WHERE customer_index = $2"};

constexpr Statement kInsertCustomers{
    "profile.insert_customers",
    "INSERT INTO profile.customers (customer_id, display_name, email, email_index, phone, "
    "attributes, language_code, region, revision, create_time, update_time) "
    "SELECT customer_id, display_name, email, email_index, phone, attributes, language_code, "
    "region, 1, $9::timestamptz, $9::timestamptz "
    "FROM unnest($1::text[], $2::bytea[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bytea[], "
    "$7::text[], $8::text[]) AS t(customer_id, display_name, email, email_index, phone, "
    "attributes, language_code, region) "
    "ON CONFLICT (customer_id) DO NOTHING RETURNING customer_id"};

// After the insert and in a statement of its own: an insert that waited for the same
// id's deletion does not see the tombstone yet.
constexpr Statement kDropDeleted{
    "profile.delete_reused_customers",
    "DELETE FROM profile.customers WHERE customer_id IN (SELECT customer_id "
    "FROM unnest($1::text[], $2::bytea[]) AS made (customer_id, customer_index) "
    "JOIN profile.tombstones USING (customer_index)) RETURNING customer_id"};

constexpr Statement kUpdate{
    "profile.update_customer",
    "UPDATE profile.customers SET display_name = $2, email = $3, email_index = $4, phone = $5, "
    "attributes = $6, language_code = $7, region = $8, revision = $9, update_time = $10 "
    "WHERE customer_id = $1"};

constexpr Statement kLockForDelete{
    "profile.lock_customer_revision",
    "SELECT revision FROM profile.customers WHERE customer_id = $1 AND deleted_time IS NULL "
    "FOR UPDATE"};

constexpr Statement kLockMembers{
    "profile.lock_members_to_delete",
    "SELECT customer_id FROM profile.customers WHERE customer_id = ANY($1::text[]) "
    "ORDER BY customer_id FOR UPDATE"};

constexpr Statement kDeleteEvents{"profile.delete_customer_events",
                                  "DELETE FROM profile.events WHERE customer_id = ANY($1::text[])"};

constexpr Statement kDeleteChanges{
    "profile.delete_customer_changes",
    "DELETE FROM profile.changes WHERE customer_id = ANY($1::text[])"};

constexpr Statement kDeleteSums{
    "profile.delete_customer_sums",
    "WITH keys AS (DELETE FROM profile.behavior_keys WHERE customer_id = ANY($1::text[])), "
    "members AS (DELETE FROM profile.behavior_members WHERE customer_id = ANY($1::text[])) "
    "DELETE FROM profile.behavior WHERE customer_id = ANY($1::text[])"};

constexpr Statement kDeleteTextVectors{
    "profile.delete_customer_text_vectors",
    "WITH pending AS (DELETE FROM profile.pending_texts WHERE customer_id = ANY($1::text[])), "
    "scans AS (UPDATE profile.text_scans SET last_customer_id = '', "
    "last_event_time = '-infinity', last_event_id = '' "
    "WHERE last_customer_id = ANY($1::text[])) "
    "DELETE FROM profile.text_vectors WHERE customer_id = ANY($1::text[])"};

// A fill that had come this far begins again.
constexpr Statement kResetFills{
    "profile.update_customer_segment_fills",
    "UPDATE profile.segment_fills SET after_id = '' WHERE after_id = ANY($1::text[])"};

constexpr Statement kDelete{"profile.delete_customers",
                            "DELETE FROM profile.customers WHERE customer_id = ANY($1::text[])"};

constexpr Statement kInsertTombstone{"profile.insert_customer_tombstone",
                                     "INSERT INTO profile.tombstones (customer_index, delete_time) "
                                     "SELECT index, $2 FROM unnest($1::bytea[]) AS index"};

constexpr postgres::TransactionOptions kReadOnly{.read_only = true};

absl::Status Taken(absl::string_view id, bool deleted) {
  if (!deleted) return AlreadyExists(CustomerName(id));
  return WithReason(absl::AlreadyExistsError(absl::StrCat(
                        CustomerName(id), " was deleted; its id cannot be used again")),
                    reason::kAlreadyExists);
}

// OK when the id is free.
absl::Status CheckId(Transaction& transaction, const crypto::Cipher& cipher, absl::string_view id) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                             transaction.Execute(kFindId, {id, TombstoneIndex(cipher, id)}));
  return rows.empty() ? absl::OkStatus() : Taken(id, rows[0].Bool(0));
}

}  // namespace

absl::StatusOr<Customer> ReadCustomer(Transaction& transaction, const crypto::Cipher& cipher,
                                      absl::string_view id) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows, transaction.Execute(kGet, {id}));
  if (rows.empty()) return NotFound(CustomerName(id));
  return ToCustomer(cipher, rows[0]);
}

absl::Status PgCustomerStore::DropDeleted(Transaction& transaction,
                                          std::set<std::string>& created) const {
  const std::vector<std::string> ids(created.begin(), created.end());
  std::vector<Bytes> indexes;
  for (const std::string& id : ids) indexes.push_back(TombstoneIndex(*cipher_, id));
  CLIENTELE_ASSIGN_OR_RETURN(const Result dropped,
                             transaction.Execute(kDropDeleted, {ids, indexes}));
  for (const Row row : dropped) created.erase(row.Text(0));
  return absl::OkStatus();
}

absl::StatusOr<CustomerBatchOutcome> PgCustomerStore::InsertMany(
    Transaction& transaction, const std::vector<Customer>& customers) const {
  // All writers lock rows in the same order.
  std::vector<std::size_t> order(customers.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return customers[a].id < customers[b].id; });
  std::vector<std::string> ids, languages, regions;
  std::vector<std::optional<Bytes>> names, emails, email_indexes, phones, attributes;
  for (const std::size_t i : order) {
    SealedCustomer sealed = Seal(*cipher_, customers[i]);
    ids.push_back(customers[i].id);
    names.push_back(std::move(sealed.display_name));
    emails.push_back(std::move(sealed.email));
    email_indexes.push_back(std::move(sealed.email_index));
    phones.push_back(std::move(sealed.phone));
    attributes.push_back(std::move(sealed.attributes));
    languages.push_back(customers[i].language_code);
    regions.push_back(customers[i].region);
  }
  const absl::Time now = customers.front().create_time;
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result created,
      transaction.Execute(kInsertCustomers, {ids, names, emails, email_indexes, phones, attributes,
                                             languages, regions, now}));

  std::set<std::string> created_ids;
  for (const Row row : created) created_ids.insert(row.Text(0));
  CLIENTELE_RETURN_IF_ERROR(DropDeleted(transaction, created_ids));
  const auto count = static_cast<int64_t>(created_ids.size());
  NewChanges changes{.kind = ChangeKind::kCustomerCreated};
  for (const Customer& customer : customers) {
    if (created_ids.erase(customer.id) == 0) continue;
    changes.customer_ids.push_back(customer.id);
  }
  CLIENTELE_RETURN_IF_ERROR(AppendChanges(transaction, changes, now).status());
  return CustomerBatchOutcome{.created = count,
                              .existing = static_cast<int64_t>(customers.size()) - count};
}

absl::StatusOr<Customer> PgCustomerStore::Create(const RequestContext& context,
                                                 const MutationId& mutation,
                                                 const Customer& customer) {
  std::string encoded;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        const auto insert = [&]() -> absl::StatusOr<std::string> {
          CLIENTELE_ASSIGN_OR_RETURN(const CustomerBatchOutcome outcome,
                                     InsertMany(transaction, {customer}));
          if (outcome.created == 0) {
            CLIENTELE_RETURN_IF_ERROR(CheckId(transaction, *cipher_, customer.id));
            return AlreadyExists(CustomerName(customer.id));
          }
          return EncodeCustomer(customer);
        };
        CLIENTELE_ASSIGN_OR_RETURN(encoded,
                                   ledger_->Once(transaction, mutation, customer.id, insert));
        return absl::OkStatus();
      },
      kAppendsToFeed));
  return DecodeCustomer(encoded);
}

absl::StatusOr<CustomerBatchOutcome> PgCustomerStore::CreateMany(
    const RequestContext& context, const MutationId& mutation,
    const std::vector<Customer>& customers) {
  std::string encoded;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        const auto insert = [&]() -> absl::StatusOr<std::string> {
          CLIENTELE_ASSIGN_OR_RETURN(const CustomerBatchOutcome outcome,
                                     InsertMany(transaction, customers));
          return absl::StrCat(outcome.created);
        };
        CLIENTELE_ASSIGN_OR_RETURN(encoded, ledger_->Once(transaction, mutation, "", insert));
        return absl::OkStatus();
      },
      kAppendsToFeed));
  CustomerBatchOutcome outcome;
  if (!absl::SimpleAtoi(encoded, &outcome.created)) {
    return WithReason(absl::DataLossError("a stored result cannot be read"), reason::kDataLoss);
  }
  outcome.existing = static_cast<int64_t>(customers.size()) - outcome.created;
  return outcome;
}

absl::StatusOr<Customer> PgCustomerStore::Get(const RequestContext& context, absl::string_view id) {
  Customer customer;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(customer, ReadCustomer(transaction, *cipher_, id));
        return absl::OkStatus();
      },
      kReadOnly));
  return customer;
}

absl::Status PgCustomerStore::CheckFree(const RequestContext& context, absl::string_view id) {
  return pool_->Transact(
      context, [&](Transaction& transaction) { return CheckId(transaction, *cipher_, id); },
      kReadOnly);
}

absl::StatusOr<std::vector<Customer>> PgCustomerStore::List(const RequestContext& context,
                                                            absl::string_view after_id, int limit) {
  std::vector<Customer> customers;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        customers.clear();
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                                   transaction.Execute(kList, {after_id, limit}));
        for (const Row row : rows) {
          CLIENTELE_ASSIGN_OR_RETURN(Customer customer, ToCustomer(*cipher_, row));
          customers.push_back(std::move(customer));
        }
        return absl::OkStatus();
      },
      kReadOnly));
  return customers;
}

absl::StatusOr<Customer> PgCustomerStore::Update(
    const RequestContext& context, const MutationId& mutation, absl::string_view id,
    absl::FunctionRef<absl::StatusOr<Customer>(Customer)> change) {
  std::string encoded;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        const auto update = [&]() -> absl::StatusOr<std::string> {
          CLIENTELE_ASSIGN_OR_RETURN(const Result rows, transaction.Execute(kLockCustomer, {id}));
          if (rows.empty()) return NotFound(CustomerName(id));
          CLIENTELE_ASSIGN_OR_RETURN(Customer current, ToCustomer(*cipher_, rows[0]));
          CLIENTELE_ASSIGN_OR_RETURN(const Customer changed, change(std::move(current)));
          const SealedCustomer sealed = Seal(*cipher_, changed);
          CLIENTELE_RETURN_IF_ERROR(
              transaction
                  .Execute(kUpdate, {id, sealed.display_name, sealed.email, sealed.email_index,
                                     sealed.phone, sealed.attributes, changed.language_code,
                                     changed.region, changed.revision, changed.update_time})
                  .status());
          return EncodeCustomer(changed);
        };
        CLIENTELE_ASSIGN_OR_RETURN(encoded, ledger_->Once(transaction, mutation, id, update));
        return absl::OkStatus();
      },
      kAppendsToFeed));
  return DecodeCustomer(encoded);
}

absl::Status PgCustomerStore::Erase(Transaction& transaction, absl::string_view id,
                                    absl::string_view etag) const {
  CLIENTELE_RETURN_IF_ERROR(HoldOffMerges(transaction));
  CLIENTELE_ASSIGN_OR_RETURN(std::vector<std::string> members, MembersOf(transaction, id));
  std::sort(members.begin(), members.end());
  CLIENTELE_RETURN_IF_ERROR(transaction.Execute(kLockMembers, {members}).status());
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows, transaction.Execute(kLockForDelete, {id}));
  if (rows.empty()) return NotFound(CustomerName(id));
  Customer current;
  current.revision = rows[0].Int64(0);
  if (!etag.empty() && etag != EtagOf(current)) return EtagMismatch(CustomerName(id));
  const absl::Time now = clock_->Now();
  for (const Statement& statement :
       {kResetFills, kDeleteTextVectors, kDeleteSums, kDeleteEvents, kDeleteChanges}) {
    CLIENTELE_RETURN_IF_ERROR(transaction.Execute(statement, {members}).status());
  }
  CLIENTELE_RETURN_IF_ERROR(EraseFromQuarantine(transaction, members));
  std::vector<Bytes> tombstones;
  for (const std::string& member : members) {
    CLIENTELE_RETURN_IF_ERROR(ledger_->Forget(transaction, member));
    tombstones.push_back(TombstoneIndex(*cipher_, member));
  }
  CLIENTELE_RETURN_IF_ERROR(transaction.Execute(kDelete, {members}).status());
  CLIENTELE_RETURN_IF_ERROR(transaction.Execute(kInsertTombstone, {tombstones, now}).status());
  return AppendDeletions(transaction, *cipher_, members, now);
}

absl::Status PgCustomerStore::Delete(const RequestContext& context, const MutationId& mutation,
                                     absl::string_view id, absl::string_view etag) {
  return pool_->Transact(
      context,
      [&](Transaction& transaction) {
        // No subject: the entry holds nothing of the customer and outlives them, so
        // that the request can be sent again.
        return ledger_
            ->Once(transaction, mutation, "",
                   [&]() -> absl::StatusOr<std::string> {
                     CLIENTELE_RETURN_IF_ERROR(Erase(transaction, id, etag));
                     return std::string();
                   })
            .status();
      },
      kAppendsToFeed);
}

}  // namespace clientele::profile

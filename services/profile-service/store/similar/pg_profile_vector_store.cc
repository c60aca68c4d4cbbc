#include "services/profile-service/store/similar/pg_profile_vector_store.h"

#include <optional>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/postgres/statement.h"
#include "common/status/status_macros.h"
#include "services/profile-service/store/features/text_vector_codec.h"

namespace clientele::profile {
namespace {

using postgres::Bytes;
using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Transaction;

constexpr Statement kAdoptVectors{
    "profile.insert_profile_vectors",
    "INSERT INTO profile.profile_vectors (customer_id) SELECT c.customer_id "
    "FROM profile.customers AS c WHERE c.deleted_time IS NULL AND NOT EXISTS ("
    "SELECT FROM profile.profile_vectors AS v WHERE v.customer_id = c.customer_id) "
    "ORDER BY c.customer_id LIMIT $1 ON CONFLICT DO NOTHING"};

// A merge that was undone leaves its survivor with less.
constexpr Statement kMakeVectorsDue{
    "profile.upsert_profile_vectors_due",
    "WITH named AS (SELECT id FROM unnest($1::text[]) AS asked(id) UNION SELECT m.into_id "
    "FROM profile.merges AS m WHERE m.customer_id = ANY($1::text[])), "
    "concerned AS (SELECT id FROM named UNION SELECT c.survivor_id FROM named "
    "JOIN profile.customers AS c ON c.customer_id = named.id WHERE c.survivor_id IS NOT NULL) "
    "INSERT INTO profile.profile_vectors AS v (customer_id, due_time) "
    "SELECT c.customer_id, $2::timestamptz FROM concerned "
    "JOIN profile.customers AS c ON c.customer_id = concerned.id WHERE c.deleted_time IS NULL "
    "ORDER BY c.customer_id FOR KEY SHARE OF c ON CONFLICT (customer_id) "
    "DO UPDATE SET due_time = excluded.due_time WHERE v.due_time > excluded.due_time"};

constexpr Statement kTakeDueVectors{
    "profile.claim_profile_vectors",
    "UPDATE profile.profile_vectors SET due_time = $3 WHERE ctid = ANY (ARRAY("
    "SELECT ctid FROM profile.profile_vectors WHERE due_time <= $2 ORDER BY due_time LIMIT $1 "
    "FOR UPDATE SKIP LOCKED)) RETURNING customer_id"};

// Keeps the customers from deciding otherwise, being merged or deleted until the vectors are
// committed.
constexpr Statement kHoldVectorCustomers{
    "profile.lock_profile_vector_customers",
    "SELECT customer_id, consents FROM profile.customers WHERE customer_id = ANY($1::text[]) "
    "AND deleted_time IS NULL AND survivor_id IS NULL ORDER BY customer_id FOR SHARE"};

// In the order in which others take them.
constexpr Statement kLockVectors{
    "profile.lock_profile_vectors",
    "SELECT customer_id FROM profile.profile_vectors WHERE customer_id = ANY($1::text[]) "
    "ORDER BY customer_id FOR NO KEY UPDATE"};

constexpr Statement kPutVectors{
    "profile.update_profile_vectors",
    "UPDATE profile.profile_vectors AS v SET model_id = t.model_id, vector = t.vector, "
    "make_time = clock_timestamp(), "
    "due_time = CASE WHEN v.due_time = t.lease_end THEN t.next_due ELSE v.due_time END "
    "FROM unnest($1::text[], $2::text[], $3::bytea[], $4::timestamptz[], $5::timestamptz[]) "
    "AS t(customer_id, model_id, vector, lease_end, next_due) "
    "WHERE v.customer_id = t.customer_id"};

constexpr Statement kReadVectors{
    "profile.list_profile_vectors",
    "SELECT customer_id, model_id, vector, make_time FROM profile.profile_vectors "
    "WHERE (make_time, customer_id) > ($1::timestamptz, $2::text) AND make_time > '-infinity' "
    "ORDER BY make_time, customer_id LIMIT $3"};

constexpr Statement kMatchSegment{"profile.list_segment_members_in_region",
                                  "SELECT m.customer_id FROM profile.segment_members AS m "
                                  "JOIN profile.customers AS c ON c.customer_id = m.customer_id "
                                  "WHERE m.segment_id = $1 AND ($2 = '' OR c.region = $2)"};

constexpr Statement kMatchRegion{"profile.list_customers_in_region",
                                 "SELECT customer_id FROM profile.customers WHERE region = $1 "
                                 "AND survivor_id IS NULL AND deleted_time IS NULL"};

constexpr postgres::TransactionOptions kReadsVectors{.read_only = true};

}  // namespace

std::string ProfileVectorPlace(absl::string_view customer_id) {
  return absl::StrCat("profile.profile_vectors.vector:", customer_id);
}

absl::StatusOr<int> PgProfileVectorStore::AdoptVectors(const RequestContext& context, int limit) {
  int adopted = 0;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& transaction) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(const Result rows, transaction.Execute(kAdoptVectors, {limit}));
    adopted = static_cast<int>(rows.affected_rows());
    return absl::OkStatus();
  }));
  return adopted;
}

absl::Status PgProfileVectorStore::MakeVectorsDue(const RequestContext& context,
                                                  const std::vector<std::string>& customer_ids,
                                                  absl::Time when) {
  return pool_->Transact(context, [&](Transaction& transaction) {
    return transaction.Execute(kMakeVectorsDue, {customer_ids, when}).status();
  });
}

absl::StatusOr<std::vector<DueVector>> PgProfileVectorStore::TakeDueVectors(
    const RequestContext& context, int limit, absl::Time now, absl::Duration lease) {
  std::vector<DueVector> due;
  // As PostgreSQL keeps it.
  const absl::Time lease_end = absl::FromUnixMicros(absl::ToUnixMicros(now + lease));
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& transaction) -> absl::Status {
    due.clear();
    CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                               transaction.Execute(kTakeDueVectors, {limit, now, lease_end}));
    for (const Row row : rows) due.push_back({row.Text(0), lease_end});
    return absl::OkStatus();
  }));
  return due;
}

absl::Status PgProfileVectorStore::PutVectors(const RequestContext& context,
                                              absl::Span<const MadeVector> vectors) {
  std::vector<std::string> ids;
  for (const MadeVector& vector : vectors) ids.push_back(vector.customer_id);
  return pool_->Transact(context, [&](Transaction& transaction) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(const Result rows, transaction.Execute(kHoldVectorCustomers, {ids}));
    std::unordered_set<std::string> allowed;
    for (const Row row : rows) {
      const consent::Consents consents(row.Int64(1));
      if (policy_.Allows(consent::Purpose::kProfiling, consents)) allowed.insert(row.Text(0));
    }
    std::vector<std::string> models;
    std::vector<std::optional<Bytes>> sealed;
    std::vector<absl::Time> lease_ends, next_dues;
    for (const MadeVector& vector : vectors) {
      const bool kept = !vector.vector.empty() && allowed.contains(vector.customer_id);
      models.push_back(kept ? vector.model_id : "");
      sealed.push_back(kept ? std::optional(SealVector(*cipher_, vector.vector,
                                                       ProfileVectorPlace(vector.customer_id)))
                            : std::nullopt);
      lease_ends.push_back(vector.lease_end);
      next_dues.push_back(vector.next_due);
    }
    CLIENTELE_RETURN_IF_ERROR(transaction.Execute(kLockVectors, {ids}).status());
    return transaction.Execute(kPutVectors, {ids, models, sealed, lease_ends, next_dues}).status();
  });
}

absl::StatusOr<VectorPage> PgProfileVectorStore::ReadVectors(const RequestContext& context,
                                                             const VectorPosition& after,
                                                             int limit) {
  VectorPage page;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        page = {.vectors = {}, .next = after, .last = false};
        CLIENTELE_ASSIGN_OR_RETURN(
            const Result rows,
            transaction.Execute(kReadVectors, {after.make_time, after.customer_id, limit}));
        for (const Row row : rows) {
          StoredVector& stored = page.vectors.emplace_back();
          stored.customer_id = row.Text(0);
          page.next = {.make_time = row.Time(3), .customer_id = stored.customer_id};
          if (row.IsNull(2)) continue;
          stored.model_id = row.Text(1);
          CLIENTELE_ASSIGN_OR_RETURN(
              stored.vector,
              OpenVector(*cipher_, row.Bytes(2), ProfileVectorPlace(stored.customer_id)));
        }
        page.last = static_cast<int>(rows.size()) < limit;
        return absl::OkStatus();
      },
      kReadsVectors));
  return page;
}

absl::StatusOr<std::unordered_set<std::string>> PgProfileVectorStore::ListMatching(
    const RequestContext& context, absl::string_view region, absl::string_view segment_id) {
  std::unordered_set<std::string> ids;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        ids.clear();
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                                   segment_id.empty()
                                       ? transaction.Execute(kMatchRegion, {region})
                                       : transaction.Execute(kMatchSegment, {segment_id, region}));
        for (const Row row : rows) ids.insert(row.Text(0));
        return absl::OkStatus();
      },
      kReadsVectors));
  return ids;
}

}  // namespace clientele::profile

#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_SEGMENTS_MEMBERSHIP_STATEMENTS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_SEGMENTS_MEMBERSHIP_STATEMENTS_H_

#include "common/postgres/statement.h"

namespace clientele::profile::statements {

using postgres::Statement;

inline constexpr Statement kTakeDue{
    "profile.claim_segment_due",
    "UPDATE profile.segment_due SET lease_expire_time = $3 WHERE ctid = ANY (ARRAY("
    "SELECT ctid FROM profile.segment_due WHERE due_time <= $2 AND lease_expire_time <= $2 "
    "ORDER BY due_time LIMIT $1 FOR UPDATE SKIP LOCKED)) RETURNING customer_id, revision"};

// Keeps fills out until the commit.
inline constexpr Statement kHoldOffFills{
    "profile.lock_segment_fills",
    "SELECT segment_id FROM profile.segment_fills ORDER BY segment_id FOR SHARE"};

// Keeps the customers from being deleted or merged until the memberships are committed.
inline constexpr Statement kHoldCustomers{
    "profile.lock_segment_customers",
    "SELECT customer_id FROM profile.customers WHERE customer_id = ANY($1::text[]) "
    "AND deleted_time IS NULL AND survivor_id IS NULL ORDER BY customer_id FOR SHARE"};

// What was due of customers who were merged is due of their survivors.
inline constexpr Statement kHandOver{
    "profile.insert_survivor_segment_due",
    "WITH gone AS (DELETE FROM profile.segment_due WHERE customer_id = ANY($1::text[]) "
    "RETURNING customer_id) "
    "INSERT INTO profile.segment_due AS d (customer_id, due_time) "
    "SELECT DISTINCT c.survivor_id, '-infinity'::timestamptz "
    "FROM gone JOIN profile.customers AS c USING (customer_id) "
    "WHERE c.survivor_id IS NOT NULL ORDER BY c.survivor_id ON CONFLICT (customer_id) "
    "DO UPDATE SET due_time = '-infinity', revision = d.revision + 1"};

inline constexpr Statement kLockDue{
    "profile.lock_segment_due",
    "SELECT customer_id, revision FROM profile.segment_due WHERE customer_id = ANY($1::text[]) "
    "ORDER BY customer_id FOR NO KEY UPDATE"};

inline constexpr Statement kPostpone{
    "profile.update_segment_due",
    "UPDATE profile.segment_due AS d SET lease_expire_time = '-infinity', due_time = t.due_time "
    "FROM unnest($1::text[], $2::timestamptz[]) AS t(customer_id, due_time) "
    "WHERE d.customer_id = t.customer_id"};

inline constexpr Statement kListMemberships{
    "profile.list_customer_segments",
    "SELECT customer_id, segment_id FROM profile.segment_members "
    "WHERE customer_id = ANY($1::text[]) AND segment_id = ANY($2::text[])"};

// Before their members change, whose counts they have.
inline constexpr Statement kLockSegments{
    "profile.lock_segments",
    "SELECT segment_id FROM profile.segments WHERE segment_id = ANY($1::text[]) "
    "ORDER BY segment_id FOR NO KEY UPDATE"};

inline constexpr Statement kLeave{
    "profile.delete_segment_members",
    "DELETE FROM profile.segment_members AS m "
    "USING unnest($1::text[], $2::text[]) AS gone(customer_id, segment_id) "
    "WHERE m.customer_id = gone.customer_id AND m.segment_id = gone.segment_id "
    "RETURNING m.customer_id, m.segment_id"};

inline constexpr Statement kJoin{
    "profile.insert_segment_members",
    "INSERT INTO profile.segment_members (customer_id, segment_id, join_time) "
    "SELECT customer_id, segment_id, $3::timestamptz FROM unnest($1::text[], $2::text[]) "
    "AS t(customer_id, segment_id) ON CONFLICT DO NOTHING RETURNING customer_id, segment_id"};

inline constexpr Statement kBeginFills{
    "profile.update_segment_fills_to_begun",
    "UPDATE profile.segment_fills SET begin_xid = pg_snapshot_xmax(pg_current_snapshot()) "
    "WHERE begin_xid IS NULL"};

inline constexpr Statement kTakeFill{
    "profile.claim_segment_fill",
    "UPDATE profile.segment_fills AS f SET lease_expire_time = $2 FROM profile.segments AS s "
    "WHERE s.segment_id = f.segment_id AND f.segment_id = ("
    "SELECT segment_id FROM profile.segment_fills WHERE lease_expire_time <= $1 "
    "AND begin_xid <= pg_snapshot_xmin(pg_current_snapshot()) "
    "ORDER BY segment_id LIMIT 1 FOR UPDATE) "
    "RETURNING f.segment_id, s.rule, f.after_id, f.fill_id"};

inline constexpr Statement kLockFill{
    "profile.lock_segment_fill",
    "SELECT 1 FROM profile.segment_fills WHERE segment_id = $1 AND after_id = $2 FOR UPDATE"};

// Who names how far a fill has come is not deleted before it is named.
inline constexpr Statement kHoldPosition{
    "profile.lock_segment_fill_customer",
    "SELECT 1 FROM profile.customers WHERE customer_id = $1 FOR KEY SHARE"};

inline constexpr Statement kAdvanceFill{
    "profile.update_segment_fill",
    "UPDATE profile.segment_fills SET after_id = $2, lease_expire_time = '-infinity' "
    "WHERE segment_id = $1"};

inline constexpr Statement kEndFill{"profile.delete_segment_fill",
                                    "DELETE FROM profile.segment_fills WHERE segment_id = $1"};

inline constexpr Statement kListRevisions{
    "profile.list_segment_due_revisions",
    "SELECT customer_id, revision FROM profile.segment_due WHERE customer_id = ANY($1::text[])"};

// No later than they are already. The revision tells who is deciding about them without the
// segment.
inline constexpr Statement kMakeDue{
    "profile.upsert_segment_due",
    "INSERT INTO profile.segment_due AS d (customer_id, due_time) "
    "SELECT customer_id, due_time FROM unnest($1::text[], $2::timestamptz[]) "
    "AS t(customer_id, due_time) ORDER BY t.customer_id ON CONFLICT (customer_id) DO UPDATE "
    "SET due_time = least(d.due_time, excluded.due_time), revision = d.revision + 1"};

}  // namespace clientele::profile::statements

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_SEGMENTS_MEMBERSHIP_STATEMENTS_H_

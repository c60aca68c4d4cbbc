#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_MERGES_MERGE_STATEMENTS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_MERGES_MERGE_STATEMENTS_H_

#include "common/postgres/statement.h"

namespace clientele::profile::statements {

using postgres::Statement;

inline constexpr Statement kLockParties{
    "profile.lock_customers_to_merge",
    "SELECT customer_id, survivor_id, merged_count, create_time FROM profile.customers "
    "WHERE customer_id = ANY($1::text[]) AND deleted_time IS NULL ORDER BY customer_id "
    "FOR NO KEY UPDATE"};

inline constexpr Statement kLockMatch{
    "profile.lock_match",
    "SELECT customer_id, other_id, state, probability, reasons FROM profile.matches "
    "WHERE match_id = $1 FOR UPDATE"};

inline constexpr Statement kListMerged{
    "profile.list_merged_customers",
    "SELECT customer_id FROM profile.customers WHERE survivor_id = ANY($1::text[]) "
    "ORDER BY customer_id FOR NO KEY UPDATE"};

inline constexpr Statement kInsertMerges{
    "profile.insert_merges",
    "INSERT INTO profile.merges (customer_id, into_id, origin, probability, reasons, merge_time) "
    "SELECT id, $2, $3::smallint, $4::double precision, $5, $6::timestamptz "
    "FROM unnest($1::text[]) AS id ORDER BY id RETURNING merge_id"};

// One statement for all, so that those whom its trigger makes due are locked in order.
inline constexpr Statement kSetSurvivor{
    "profile.update_customer_survivors",
    "UPDATE profile.customers SET "
    "survivor_id = CASE WHEN customer_id <> $1 THEN $1 END, "
    "merged_count = CASE WHEN customer_id = $1 THEN merged_count + $3::integer ELSE 0 END "
    "WHERE customer_id = $1 OR customer_id = ANY($2::text[])"};

// $2 are the customer ($1) and everybody merged into them, $3 who stood for them until now.
inline constexpr Statement kRestoreSurvivor{
    "profile.update_restored_survivors",
    "UPDATE profile.customers SET "
    "survivor_id = CASE WHEN customer_id NOT IN ($1, $3) THEN $1 END, "
    "merged_count = CASE customer_id WHEN $1 THEN cardinality($2::text[]) - 1 "
    "WHEN $3 THEN merged_count - cardinality($2::text[]) ELSE 0 END "
    "WHERE customer_id = $3 OR customer_id = ANY($2::text[])"};

inline constexpr Statement kLeaveSegments{
    "profile.delete_merged_segment_members",
    "DELETE FROM profile.segment_members WHERE customer_id = ANY($1::text[]) "
    "RETURNING customer_id, segment_id"};

inline constexpr Statement kNoteMergedMatches{
    "profile.update_merged_matches",
    "UPDATE profile.matches SET state = 3 WHERE customer_id = ANY($1::text[]) "
    "AND other_id = ANY($1::text[]) AND state = 1"};

inline constexpr Statement kGetMerges{
    "profile.get_merges",
    "SELECT merge_id, customer_id, into_id, origin, probability, reasons, merge_time, undo_time "
    "FROM profile.merges WHERE merge_id = ANY($1::bigint[]) ORDER BY customer_id"};

inline constexpr Statement kListMerges{
    "profile.list_merges",
    "SELECT merge_id, customer_id, into_id, origin, probability, reasons, merge_time, undo_time "
    "FROM profile.merges WHERE merge_id < $1 ORDER BY merge_id DESC LIMIT $2"};

inline constexpr Statement kListMergesOf{
    "profile.list_merges_of_customers",
    "SELECT merge_id, customer_id, into_id, origin, probability, reasons, merge_time, undo_time "
    "FROM profile.merges WHERE (customer_id = ANY($3::text[]) OR into_id = ANY($3::text[])) "
    "AND merge_id < $1 ORDER BY merge_id DESC LIMIT $2"};

inline constexpr Statement kUndo{
    "profile.update_merge_to_undone",
    "UPDATE profile.merges SET undo_time = $2 WHERE merge_id = $1 AND undo_time IS NULL "
    "RETURNING customer_id, into_id, probability, reasons"};

// The customer and everybody merged into them, directly or not.
inline constexpr Statement kListSubtree{
    "profile.list_merges_into_customer",
    "WITH RECURSIVE subtree AS (SELECT $1::text COLLATE \"C\" AS id UNION "
    "SELECT m.customer_id FROM subtree JOIN profile.merges AS m ON m.into_id = subtree.id "
    "WHERE m.undo_time IS NULL) SELECT id FROM subtree ORDER BY id"};

inline constexpr Statement kKeepDismissed{
    "profile.upsert_dismissed_match",
    "INSERT INTO profile.matches (customer_id, other_id, probability, reasons, state, create_time, "
    "search_id) VALUES ($1, $2, $3, $4, 2, $5, 0) "
    "ON CONFLICT (customer_id, other_id) DO UPDATE SET state = 2"};

// Of two persons that are none.
inline constexpr Statement kDropMatches{
    "profile.delete_matches_of_persons",
    "DELETE FROM profile.matches WHERE state = 1 "
    "AND ((customer_id = ANY($1::text[]) AND other_id = ANY($2::text[])) "
    "OR (customer_id = ANY($2::text[]) AND other_id = ANY($1::text[])))"};

inline constexpr Statement kListMatches{
    "profile.list_matches",
    "SELECT m.match_id, m.customer_id, m.other_id, m.probability, m.reasons, m.state, "
    "m.create_time FROM profile.matches AS m JOIN profile.customers AS a USING (customer_id) "
    "JOIN profile.customers AS b ON b.customer_id = m.other_id WHERE m.state = 1 "
    "AND (m.probability < $1 OR (m.probability = $1 AND m.match_id > $2)) "
    "AND coalesce(a.survivor_id, a.customer_id) <> coalesce(b.survivor_id, b.customer_id) "
    "ORDER BY m.probability DESC, m.match_id LIMIT $3"};

inline constexpr Statement kGetMatch{
    "profile.get_match",
    "SELECT match_id, customer_id, other_id, probability, reasons, state, create_time "
    "FROM profile.matches WHERE match_id = $1"};

inline constexpr Statement kDismiss{
    "profile.update_match_to_dismissed",
    "UPDATE profile.matches SET state = 2 WHERE match_id = $1 AND state <> 3"};

inline constexpr Statement kBeginSearch{
    "profile.claim_match_search",
    "UPDATE profile.match_search SET search_id = search_id + 1, lease_expire_time = $2, "
    "begun_count = c.count, begun_update_time = c.last FROM ("
    "SELECT count(*) AS count, coalesce(max(update_time), '-infinity') AS last "
    "FROM profile.customers WHERE deleted_time IS NULL) AS c "
    "WHERE lease_expire_time <= $1 AND (searched_count, searched_update_time) <> (c.count, c.last) "
    "RETURNING search_id"};

inline constexpr Statement kListDismissed{
    "profile.list_dismissed_persons",
    "SELECT DISTINCT coalesce(a.survivor_id, a.customer_id), "
    "coalesce(b.survivor_id, b.customer_id) FROM profile.matches AS m "
    "JOIN profile.customers AS a USING (customer_id) "
    "JOIN profile.customers AS b ON b.customer_id = m.other_id WHERE m.state = 2"};

inline constexpr Statement kPropose{
    "profile.upsert_matches",
    "INSERT INTO profile.matches AS m (customer_id, other_id, probability, reasons, state, "
    "create_time, search_id) SELECT t.customer_id, t.other_id, t.probability, t.reasons, 1, "
    "$5::timestamptz, $6::bigint FROM unnest($1::text[], $2::text[], $3::double precision[], "
    "$4::text[]) AS t(customer_id, other_id, probability, reasons) "
    "JOIN profile.customers AS a ON a.customer_id = t.customer_id "
    "JOIN profile.customers AS b ON b.customer_id = t.other_id "
    "ORDER BY t.customer_id, t.other_id FOR KEY SHARE OF a, b "
    "ON CONFLICT (customer_id, other_id) DO UPDATE SET probability = excluded.probability, "
    "reasons = excluded.reasons, search_id = excluded.search_id WHERE m.state = 1 "
    "RETURNING customer_id, other_id, match_id"};

inline constexpr Statement kDropOldMatches{
    "profile.prune_matches", "DELETE FROM profile.matches WHERE state = 1 AND search_id < $1"};

inline constexpr Statement kEndSearch{
    "profile.update_match_search",
    "UPDATE profile.match_search SET lease_expire_time = '-infinity', "
    "searched_count = begun_count, searched_update_time = begun_update_time "
    "WHERE search_id = $1"};

}  // namespace clientele::profile::statements

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_MERGES_MERGE_STATEMENTS_H_

#ifndef CLIENTELE_SERVICES_QA_SERVICE_STORE_HANDOVERS_HANDOVER_STATEMENTS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_STORE_HANDOVERS_HANDOVER_STATEMENTS_H_

#include "common/postgres/statement.h"

namespace clientele::qa::statements {

using postgres::Statement;

inline constexpr Statement kTakeHandoverNumber{
    "qa.reserve_handover_sequence",
    "UPDATE qa.handover_sequence SET value = value + 1 RETURNING value"};

// Of nobody, or of a customer who is known.
inline constexpr Statement kInsertHandover{
    "qa.insert_handover",
    "INSERT INTO qa.handovers (customer_id, handover_id, sequence, state, reason, topic, language,"
    " conversation_id, content, create_time) SELECT $1::text, $2::text, $3::bigint, $4::smallint,"
    " $5::text, $6::smallint, $7::text, $8::text, $9::bytea, $10::timestamptz WHERE $1::text = ''"
    " OR EXISTS (SELECT FROM qa.known_customers WHERE customer_index = $11::bytea)"};

inline constexpr Statement kGetHandover{
    "qa.get_handover",
    "SELECT customer_id, handover_id, sequence, state, reason, topic, language, conversation_id,"
    " content, create_time, close_time, closed_by, resolution, note FROM qa.handovers"
    " WHERE handover_id = $1"};
inline constexpr Statement kLockHandover{
    "qa.lock_handover",
    "SELECT customer_id, handover_id, sequence, state, reason, topic, language, conversation_id,"
    " content, create_time, close_time, closed_by, resolution, note FROM qa.handovers"
    " WHERE handover_id = $1 FOR UPDATE"};

// $1: before this number. $2: a state, or 0. $3: rows. $4: bytes. The last column: rows that were
// looked at, one more than $3 where others follow.
inline constexpr Statement kListHandovers{
    "qa.list_handovers",
    "WITH page AS (SELECT *, sum(octet_length(content) + coalesce(octet_length(note), 0))"
    " OVER (ORDER BY sequence DESC) AS bytes, row_number() OVER (ORDER BY sequence DESC) AS "
    "position"
    " FROM (SELECT * FROM qa.handovers WHERE sequence < $1 AND ($2::smallint = 0 OR state = $2)"
    " ORDER BY sequence DESC LIMIT $3::bigint + 1) AS rows)"
    " SELECT customer_id, handover_id, sequence, state, reason, topic, language, conversation_id,"
    " content, create_time, close_time, closed_by, resolution, note,"
    " (SELECT count(*) FROM page) FROM page"
    " WHERE position = 1 OR (position <= $3 AND bytes <= $4) ORDER BY sequence DESC"};
// $1: behind this number. $2: rows. $3: bytes.
inline constexpr Statement kListHandoversAfter{
    "qa.list_handovers_after",
    "WITH page AS (SELECT *, sum(octet_length(content) + coalesce(octet_length(note), 0))"
    " OVER (ORDER BY sequence) AS bytes, row_number() OVER (ORDER BY sequence) AS position"
    " FROM (SELECT * FROM qa.handovers WHERE sequence > $1 ORDER BY sequence"
    " LIMIT $2::bigint + 1) AS rows)"
    " SELECT customer_id, handover_id, sequence, state, reason, topic, language, conversation_id,"
    " content, create_time, close_time, closed_by, resolution, note,"
    " (SELECT count(*) FROM page) FROM page"
    " WHERE position = 1 OR (position <= $2 AND bytes <= $3) ORDER BY sequence"};

// Whether number $1 was given, and to no other hand-over than $2.
inline constexpr Statement kReachedHandover{
    "qa.find_handover_position",
    "SELECT $1 <= (SELECT value FROM qa.handover_sequence) AND NOT EXISTS"
    " (SELECT FROM qa.handovers WHERE sequence = $1 AND handover_id <> $2)"};

inline constexpr Statement kUpdateHandover{
    "qa.update_handover",
    "UPDATE qa.handovers SET topic = $2::smallint, state = $3::smallint, close_time = $4,"
    " closed_by = $5, resolution = $6::smallint, note = $7::bytea WHERE handover_id = $1"};

inline constexpr Statement kCountComplaints{
    "qa.count_complaints",
    "SELECT date_trunc('week', create_time AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS week, topic,"
    " count(*), count(*) FILTER (WHERE state = 1) FROM qa.handovers"
    " WHERE topic <> 0 AND create_time >= $1 GROUP BY 1, 2 ORDER BY 1, 2"};

inline constexpr Statement kDeleteHandovers{
    "qa.delete_customer_handovers",
    "DELETE FROM qa.handovers WHERE customer_id = ANY ($1::text[])"};
inline constexpr Statement kPruneHandovers{"qa.prune_handovers",
                                           "DELETE FROM qa.handovers WHERE create_time < $1"};

}  // namespace clientele::qa::statements

#endif  // CLIENTELE_SERVICES_QA_SERVICE_STORE_HANDOVERS_HANDOVER_STATEMENTS_H_

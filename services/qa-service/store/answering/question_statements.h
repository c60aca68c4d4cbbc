#ifndef CLIENTELE_SERVICES_QA_SERVICE_STORE_ANSWERING_QUESTION_STATEMENTS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_STORE_ANSWERING_QUESTION_STATEMENTS_H_

#include "common/postgres/statement.h"

namespace clientele::qa::statements {

using postgres::Statement;

// A question and the deletion of its customer are serialized: whichever comes second
// sees what the first one wrote. Questions do not wait for each other.
inline constexpr Statement kShareQuestions{"qa.lock_questions_shared",
                                           "SELECT pg_advisory_xact_lock_shared(7131, 2)"};
inline constexpr Statement kLockQuestions{"qa.lock_questions",
                                          "SELECT pg_advisory_xact_lock(7131, 2)"};

inline constexpr Statement kInsertQuestion{
    "qa.insert_question",
    "INSERT INTO qa.questions (customer_id, question, language, state, confidence, article_id,"
    " ask_time, answer_id) SELECT $1::text, $2::bytea, $3::text, $4::smallint,"
    " $5::double precision, $6::text, $7::timestamptz, $9::text"
    " WHERE EXISTS (SELECT FROM qa.known_customers WHERE customer_index = $8::bytea)"};

inline constexpr Statement kListUnanswered{
    "qa.list_unanswered_questions",
    "SELECT customer_id, question, article_id, ask_time FROM qa.questions WHERE state = 2"
    " ORDER BY question_id DESC LIMIT $1"};

inline constexpr Statement kPruneQuestions{"qa.prune_questions",
                                           "DELETE FROM qa.questions WHERE ask_time < $1"};

inline constexpr Statement kLoadCursor{"qa.get_feed_cursor",
                                       "SELECT cursor FROM qa.feed_cursor WHERE feed = 'profile'"};
inline constexpr Statement kMoveCursor{
    "qa.update_feed_cursor",
    "UPDATE qa.feed_cursor SET cursor = $2, snapshots = snapshots + $3::integer"
    " WHERE feed = 'profile' AND cursor = $1 RETURNING snapshots"};

inline constexpr Statement kDeleteQuestions{
    "qa.delete_customer_questions",
    "DELETE FROM qa.questions WHERE customer_id = ANY ($1::text[])"};
inline constexpr Statement kForgetCustomers{
    "qa.delete_known_customers",
    "DELETE FROM qa.known_customers WHERE customer_index = ANY ($1::bytea[])"};
inline constexpr Statement kNoteCustomers{
    "qa.insert_known_customers",
    "INSERT INTO qa.known_customers (customer_index) SELECT unnest($1::bytea[])"
    " ON CONFLICT DO NOTHING"};

// A snapshot has the customers, and at its end whoever it did not have goes.
inline constexpr Statement kConfirmCustomers{
    "qa.upsert_known_customers",
    "INSERT INTO qa.known_customers (customer_index, snapshot) SELECT unnest($1::bytea[]), $2"
    " ON CONFLICT (customer_index) DO UPDATE SET snapshot = excluded.snapshot"};
inline constexpr Statement kForgetUnconfirmed{
    "qa.delete_unconfirmed_customers", "DELETE FROM qa.known_customers WHERE snapshot <> $1"};
inline constexpr Statement kListAskers{
    "qa.list_customers",
    "SELECT customer_id FROM qa.questions WHERE customer_id > $1"
    " UNION SELECT customer_id FROM qa.handovers WHERE customer_id > $1"
    " UNION SELECT customer_id FROM qa.conversations WHERE customer_id > $1"
    " UNION SELECT customer_id FROM qa.feedback WHERE customer_id > $1"
    " UNION SELECT customer_id FROM qa.recorded_answers WHERE customer_id > $1"
    " ORDER BY customer_id LIMIT $2"};
inline constexpr Statement kFindUnknown{
    "qa.find_unknown_customers",
    "SELECT position FROM unnest($1::bytea[]) WITH ORDINALITY AS asked (customer_index, position)"
    " WHERE NOT EXISTS (SELECT FROM qa.known_customers AS known"
    " WHERE known.customer_index = asked.customer_index)"};

}  // namespace clientele::qa::statements

#endif  // CLIENTELE_SERVICES_QA_SERVICE_STORE_ANSWERING_QUESTION_STATEMENTS_H_

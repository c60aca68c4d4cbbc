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
    " ask_time) SELECT $1::text, $2::bytea, $3::text, $4::smallint, $5::double precision,"
    " $6::text, $7::timestamptz"
    " WHERE NOT EXISTS (SELECT FROM qa.deleted_customers WHERE customer_index = $8::bytea)"};

inline constexpr Statement kPruneQuestions{"qa.prune_questions",
                                           "DELETE FROM qa.questions WHERE ask_time < $1"};

inline constexpr Statement kLoadCursor{"qa.get_feed_cursor",
                                       "SELECT cursor FROM qa.feed_cursor WHERE feed = 'profile'"};
inline constexpr Statement kMoveCursor{
    "qa.update_feed_cursor",
    "UPDATE qa.feed_cursor SET cursor = $2 WHERE feed = 'profile' AND cursor = $1"};

inline constexpr Statement kDeleteQuestions{
    "qa.delete_customer_questions",
    "DELETE FROM qa.questions WHERE customer_id = ANY ($1::text[])"};
inline constexpr Statement kNoteDeleted{
    "qa.insert_deleted_customers",
    "INSERT INTO qa.deleted_customers (customer_index, delete_time)"
    " SELECT DISTINCT i, $2::timestamptz FROM unnest($1::bytea[]) AS n (i)"
    " ON CONFLICT (customer_index) DO UPDATE SET delete_time = excluded.delete_time"};
inline constexpr Statement kNoteCreated{
    "qa.delete_deleted_customers",
    "DELETE FROM qa.deleted_customers WHERE customer_index = ANY ($1::bytea[])"};
inline constexpr Statement kPruneDeletedCustomers{
    "qa.prune_deleted_customers", "DELETE FROM qa.deleted_customers WHERE delete_time < $1"};

}  // namespace clientele::qa::statements

#endif  // CLIENTELE_SERVICES_QA_SERVICE_STORE_ANSWERING_QUESTION_STATEMENTS_H_

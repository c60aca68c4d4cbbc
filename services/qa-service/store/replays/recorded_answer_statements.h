#ifndef CLIENTELE_SERVICES_QA_SERVICE_STORE_REPLAYS_RECORDED_ANSWER_STATEMENTS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_STORE_REPLAYS_RECORDED_ANSWER_STATEMENTS_H_

#include "common/postgres/statement.h"

namespace clientele::qa::statements {

using postgres::Statement;

// Of nobody, or of a customer who is known.
inline constexpr Statement kInsertRecordedAnswer{
    "qa.insert_recorded_answer",
    "INSERT INTO qa.recorded_answers (customer_id, answer_id, content, ask_time)"
    " SELECT $1::text, $2::text, $3::bytea, $4::timestamptz WHERE $1::text = ''"
    " OR EXISTS (SELECT FROM qa.known_customers WHERE customer_index = $5::bytea)"};

inline constexpr Statement kGetRecordedAnswer{
    "qa.get_recorded_answer",
    "SELECT customer_id, content, ask_time FROM qa.recorded_answers WHERE answer_id = $1"};

inline constexpr Statement kDeleteRecordedAnswers{
    "qa.delete_customer_recorded_answers",
    "DELETE FROM qa.recorded_answers WHERE customer_id = ANY ($1::text[])"};
inline constexpr Statement kPruneRecordedAnswers{
    "qa.prune_recorded_answers", "DELETE FROM qa.recorded_answers WHERE ask_time < $1"};

}  // namespace clientele::qa::statements

#endif  // CLIENTELE_SERVICES_QA_SERVICE_STORE_REPLAYS_RECORDED_ANSWER_STATEMENTS_H_

#ifndef CLIENTELE_SERVICES_QA_SERVICE_STORE_FEEDBACK_FEEDBACK_STATEMENTS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_STORE_FEEDBACK_FEEDBACK_STATEMENTS_H_

#include "common/postgres/statement.h"

namespace clientele::qa::statements {

using postgres::Statement;

// Of nobody, or of a customer who is known.
inline constexpr Statement kUpsertFeedback{
    "qa.upsert_feedback",
    "INSERT INTO qa.feedback (customer_id, answer_id, verdict, comment, create_time)"
    " SELECT $1::text, $2::text, $3::smallint, $4::bytea, $5::timestamptz WHERE $1::text = ''"
    " OR EXISTS (SELECT FROM qa.known_customers WHERE customer_index = $6::bytea)"
    " ON CONFLICT (customer_id, answer_id) DO UPDATE SET verdict = excluded.verdict,"
    " comment = excluded.comment, create_time = excluded.create_time"};

inline constexpr Statement kDeleteFeedback{
    "qa.delete_customer_feedback", "DELETE FROM qa.feedback WHERE customer_id = ANY ($1::text[])"};
inline constexpr Statement kPruneFeedback{"qa.prune_feedback",
                                          "DELETE FROM qa.feedback WHERE create_time < $1"};

}  // namespace clientele::qa::statements

#endif  // CLIENTELE_SERVICES_QA_SERVICE_STORE_FEEDBACK_FEEDBACK_STATEMENTS_H_

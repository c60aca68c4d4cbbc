#ifndef CLIENTELE_SERVICES_QA_SERVICE_STORE_GOLDEN_QUESTIONS_GOLDEN_QUESTION_STATEMENTS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_STORE_GOLDEN_QUESTIONS_GOLDEN_QUESTION_STATEMENTS_H_

#include "common/postgres/statement.h"

namespace clientele::qa::statements {

using postgres::Statement;

// Changes of golden questions are one after the other.
inline constexpr Statement kLockGoldenRevision{"qa.lock_golden_revision",
                                               "SELECT value FROM qa.golden_revision FOR UPDATE"};
inline constexpr Statement kRaiseGoldenRevision{"qa.update_golden_revision",
                                                "UPDATE qa.golden_revision SET value = value + 1"};
inline constexpr Statement kGetGoldenRevision{"qa.get_golden_revision",
                                              "SELECT value FROM qa.golden_revision"};

inline constexpr Statement kCountGoldenQuestions{"qa.count_golden_questions",
                                                 "SELECT count(*) FROM qa.golden_questions"};

inline constexpr Statement kFindGoldenQuestions{
    "qa.find_golden_questions",
    "SELECT question_id, question, language_code, expected_article, expected_answer, create_time"
    " FROM qa.golden_questions WHERE question_id = ANY ($1::text[])"};

// What is there keeps its time.
inline constexpr Statement kUpsertGoldenQuestions{
    "qa.upsert_golden_questions",
    "INSERT INTO qa.golden_questions"
    " (question_id, question, language_code, expected_article, expected_answer, create_time)"
    " SELECT n.question_id, n.question, n.language_code, n.expected_article, n.expected_answer,"
    " $6::timestamptz FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])"
    " AS n (question_id, question, language_code, expected_article, expected_answer)"
    " ON CONFLICT (question_id) DO UPDATE SET question = excluded.question,"
    " language_code = excluded.language_code, expected_article = excluded.expected_article,"
    " expected_answer = excluded.expected_answer"};

// One more than $2 tells whether there are more.
inline constexpr Statement kListGoldenQuestions{
    "qa.list_golden_questions",
    "SELECT question_id, question, language_code, expected_article, expected_answer, create_time"
    " FROM qa.golden_questions WHERE question_id > $1 ORDER BY question_id LIMIT $2::bigint"};

inline constexpr Statement kDeleteGoldenQuestion{
    "qa.delete_golden_question", "DELETE FROM qa.golden_questions WHERE question_id = $1"};

}  // namespace clientele::qa::statements

#endif  // CLIENTELE_SERVICES_QA_SERVICE_STORE_GOLDEN_QUESTIONS_GOLDEN_QUESTION_STATEMENTS_H_

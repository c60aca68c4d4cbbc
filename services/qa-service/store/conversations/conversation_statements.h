#ifndef CLIENTELE_SERVICES_QA_SERVICE_STORE_CONVERSATIONS_CONVERSATION_STATEMENTS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_STORE_CONVERSATIONS_CONVERSATION_STATEMENTS_H_

#include "common/postgres/statement.h"

namespace clientele::qa::statements {

using postgres::Statement;

// Of nobody, or of a customer who is known.
inline constexpr Statement kInsertConversation{
    "qa.insert_conversation",
    "INSERT INTO qa.conversations (customer_id, conversation_id, language, turns, create_time,"
    " update_time) SELECT $1::text, $2::text, $3::text, $4::bytea, $5::timestamptz,"
    " $6::timestamptz WHERE $1::text = ''"
    " OR EXISTS (SELECT FROM qa.known_customers WHERE customer_index = $7::bytea)"};

inline constexpr Statement kGetConversation{
    "qa.get_conversation",
    "SELECT language, turns, create_time, update_time FROM qa.conversations"
    " WHERE customer_id = $1 AND conversation_id = $2 AND update_time >= $3"};
inline constexpr Statement kLockConversation{
    "qa.lock_conversation",
    "SELECT language, turns FROM qa.conversations"
    " WHERE customer_id = $1 AND conversation_id = $2 FOR UPDATE"};
inline constexpr Statement kUpdateConversation{
    "qa.update_conversation",
    "UPDATE qa.conversations SET language = $3, turns = $4::bytea,"
    " update_time = greatest(update_time, $5::timestamptz)"
    " WHERE customer_id = $1 AND conversation_id = $2"};

inline constexpr Statement kDeleteConversations{
    "qa.delete_customer_conversations",
    "DELETE FROM qa.conversations WHERE customer_id = ANY ($1::text[])"};
inline constexpr Statement kPruneConversations{
    "qa.prune_conversations", "DELETE FROM qa.conversations WHERE update_time < $1"};

}  // namespace clientele::qa::statements

#endif  // CLIENTELE_SERVICES_QA_SERVICE_STORE_CONVERSATIONS_CONVERSATION_STATEMENTS_H_

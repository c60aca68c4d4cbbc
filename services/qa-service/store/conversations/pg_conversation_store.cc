#include "services/qa-service/store/conversations/pg_conversation_store.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/store/answering/pg_question_log.h"
#include "services/qa-service/store/answering/question_statements.h"
#include "services/qa-service/store/conversations/conversation_statements.h"
#include "services/qa-service/store/conversations/turn_json.h"

namespace clientele::qa {
namespace {

using postgres::Bytes;
using postgres::Result;
using postgres::Transaction;

absl::StatusOr<Transcript> OpenTurns(const crypto::Cipher& cipher, const std::string& sealed,
                                     const std::string& place) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::string json, cipher.Decrypt(sealed, place));
  return TranscriptFromJson(json);
}

}  // namespace

std::string ConversationPlace(absl::string_view customer_id, absl::string_view conversation_id) {
  return absl::StrCat("qa.conversations.turns:", customer_id, "/", conversation_id);
}

absl::StatusOr<std::string> PgConversationStore::Create(const RequestContext& context,
                                                        const MutationId& mutation,
                                                        const Conversation& conversation) {
  const std::string turns =
      cipher_->Encrypt(TranscriptToJson({"", conversation.turns, conversation.earlier}),
                       ConversationPlace(conversation.customer_id, conversation.id));
  std::string id;
  const absl::Status created = pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    const auto insert = [&]() -> absl::StatusOr<std::string> {
      CLIENTELE_RETURN_IF_ERROR(t.Execute(statements::kShareQuestions).status());
      CLIENTELE_ASSIGN_OR_RETURN(
          const Result inserted,
          t.Execute(statements::kInsertConversation,
                    {conversation.customer_id, conversation.id, conversation.language, Bytes{turns},
                     conversation.create_time, conversation.update_time,
                     Bytes{KnownCustomerIndex(*cipher_, conversation.customer_id)}}));
      if (inserted.affected_rows() == 0) return NotFound("the customer");
      return conversation.id;
    };
    CLIENTELE_ASSIGN_OR_RETURN(id, ledger_->Once(t, mutation, conversation.customer_id, insert));
    return absl::OkStatus();
  });
  // Rolled back: the ledger keeps nothing of them either.
  if (absl::IsNotFound(created)) return std::string();
  CLIENTELE_RETURN_IF_ERROR(created);
  return id;
}

absl::StatusOr<Conversation> PgConversationStore::Get(const RequestContext& context,
                                                      const std::string& customer_id,
                                                      const std::string& id, absl::Time since) {
  Conversation conversation;
  conversation.id = id;
  conversation.customer_id = customer_id;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(
            const Result rows, t.Execute(statements::kGetConversation, {customer_id, id, since}));
        if (rows.empty()) return NotFound(ConversationName(id));
        conversation.language = rows[0].Text(0);
        CLIENTELE_ASSIGN_OR_RETURN(Transcript said, OpenTurns(*cipher_, rows[0].Bytes(1),
                                                              ConversationPlace(customer_id, id)));
        conversation.turns = std::move(said.turns);
        conversation.earlier = std::move(said.earlier);
        conversation.create_time = rows[0].Time(2);
        conversation.update_time = rows[0].Time(3);
        return absl::OkStatus();
      },
      {.read_only = true}));
  return conversation;
}

absl::Status PgConversationStore::Append(const RequestContext& context,
                                         const std::string& customer_id, const std::string& id,
                                         const std::string& language, const Turn& turn) {
  const std::string place = ConversationPlace(customer_id, id);
  return pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                               t.Execute(statements::kLockConversation, {customer_id, id}));
    if (rows.empty()) return NotFound(ConversationName(id));
    CLIENTELE_ASSIGN_OR_RETURN(Transcript said, OpenTurns(*cipher_, rows[0].Bytes(1), place));
    if (!AddTurn(said.turns, said.earlier, turn)) return absl::OkStatus();
    return t
        .Execute(statements::kUpdateConversation,
                 {customer_id, id, language.empty() ? rows[0].Text(0) : language,
                  Bytes{cipher_->Encrypt(TranscriptToJson(said), place)}, turn.ask_time})
        .status();
  });
}

absl::StatusOr<std::int64_t> PgConversationStore::Prune(const RequestContext& context,
                                                        absl::Time before) {
  std::int64_t pruned = 0;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                               t.Execute(statements::kPruneConversations, {before}));
    pruned = rows.affected_rows();
    return absl::OkStatus();
  }));
  return pruned;
}

}  // namespace clientele::qa

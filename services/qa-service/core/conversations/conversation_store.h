#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_CONVERSATIONS_CONVERSATION_STORE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_CONVERSATIONS_CONVERSATION_STORE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/idempotency/mutation_id.h"
#include "services/qa-service/core/conversations/conversation.h"

namespace clientele::qa {

// Conversations, as the domain needs them. store/conversations/pg_conversation_store.h keeps them
// encrypted; tests share one contract between it and a fake.
//
// Thread-safe. Errors of all methods: UNAVAILABLE (reason DATABASE_UNAVAILABLE), DEADLINE_EXCEEDED,
// CANCELLED; DATA_LOSS when what is stored cannot be decrypted.
class ConversationStore {
 public:
  virtual ~ConversationStore() = default;

  // Keeps a conversation with its first turn, once per MutationId. Returns its id, of the first
  // call where the request is sent again; "" when it has a customer who is not known to exist:
  // nothing is kept then.
  virtual absl::StatusOr<std::string> Create(const RequestContext& context,
                                             const MutationId& mutation,
                                             const Conversation& conversation) = 0;

  // NOT_FOUND when this customer ("": nobody) has none of this id whose last turn is at or after
  // `since`.
  virtual absl::StatusOr<Conversation> Get(const RequestContext& context,
                                           const std::string& customer_id, const std::string& id,
                                           absl::Time since) = 0;

  // AddTurn of conversation.h, and its language where that is not empty. Turns that come at once
  // are all kept. NOT_FOUND as of Get, without regard to time.
  virtual absl::Status Append(const RequestContext& context, const std::string& customer_id,
                              const std::string& id, const std::string& language,
                              const Turn& turn) = 0;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_CONVERSATIONS_CONVERSATION_STORE_H_

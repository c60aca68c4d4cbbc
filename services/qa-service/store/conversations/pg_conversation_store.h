#ifndef CLIENTELE_SERVICES_QA_SERVICE_STORE_CONVERSATIONS_PG_CONVERSATION_STORE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_STORE_CONVERSATIONS_PG_CONVERSATION_STORE_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/crypto/cipher.h"
#include "common/idempotency/ledger.h"
#include "common/postgres/connection_pool.h"
#include "services/qa-service/core/conversations/conversation_store.h"

namespace clientele::qa {

// Associated data of a conversation's encrypted turns.
std::string ConversationPlace(absl::string_view customer_id, absl::string_view conversation_id);

// Conversations in qa.conversations. See core/conversations/conversation_store.h for the contract.
//
// Locks: Create takes that of questions shared (question_statements.h), so that a customer's
// deletion comes before or after it.
class PgConversationStore final : public ConversationStore {
 public:
  // All borrowed; they outlive the store.
  PgConversationStore(postgres::ConnectionPool* pool, const Ledger* ledger,
                      const crypto::Cipher* cipher)
      : pool_(pool), ledger_(ledger), cipher_(cipher) {}

  absl::StatusOr<std::string> Create(const RequestContext& context, const MutationId& mutation,
                                     const Conversation& conversation) override;
  absl::StatusOr<Conversation> Get(const RequestContext& context, const std::string& customer_id,
                                   const std::string& id, absl::Time since) override;
  absl::Status Append(const RequestContext& context, const std::string& customer_id,
                      const std::string& id, const std::string& language,
                      const Turn& turn) override;

  // Removes conversations whose last turn came before `before`; gives how many.
  absl::StatusOr<std::int64_t> Prune(const RequestContext& context, absl::Time before);

 private:
  postgres::ConnectionPool* const pool_;
  const Ledger* const ledger_;
  const crypto::Cipher* const cipher_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_STORE_CONVERSATIONS_PG_CONVERSATION_STORE_H_

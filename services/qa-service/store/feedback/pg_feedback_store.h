#ifndef CLIENTELE_SERVICES_QA_SERVICE_STORE_FEEDBACK_PG_FEEDBACK_STORE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_STORE_FEEDBACK_PG_FEEDBACK_STORE_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/crypto/cipher.h"
#include "common/idempotency/ledger.h"
#include "common/postgres/connection_pool.h"
#include "services/qa-service/core/feedback/feedback.h"

namespace clientele::qa {

// Associated data of an encrypted comment.
std::string FeedbackPlace(absl::string_view customer_id, absl::string_view answer_id);

// Feedback in qa.feedback. See core/feedback/feedback.h for the contract.
//
// Locks: Record takes that of questions shared (question_statements.h), so that a customer's
// deletion comes before or after it.
class PgFeedbackStore final : public FeedbackStore {
 public:
  // All borrowed; they outlive the store.
  PgFeedbackStore(postgres::ConnectionPool* pool, const Ledger* ledger,
                  const crypto::Cipher* cipher)
      : pool_(pool), ledger_(ledger), cipher_(cipher) {}

  absl::StatusOr<bool> Record(const RequestContext& context, const MutationId& mutation,
                              const AnswerFeedback& feedback) override;

  // Removes feedback given before `before`; gives how much.
  absl::StatusOr<std::int64_t> Prune(const RequestContext& context, absl::Time before);

 private:
  postgres::ConnectionPool* const pool_;
  const Ledger* const ledger_;
  const crypto::Cipher* const cipher_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_STORE_FEEDBACK_PG_FEEDBACK_STORE_H_

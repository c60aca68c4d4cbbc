#ifndef CLIENTELE_SERVICES_QA_SERVICE_STORE_ANSWERING_PG_QUESTION_LOG_H_
#define CLIENTELE_SERVICES_QA_SERVICE_STORE_ANSWERING_PG_QUESTION_LOG_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/crypto/cipher.h"
#include "common/postgres/connection_pool.h"
#include "services/qa-service/core/answering/question_log.h"
#include "services/qa-service/core/gaps/knowledge_gaps.h"

namespace clientele::qa {

// Associated data of an encrypted question: a row's text cannot pass for another
// customer's.
std::string QuestionPlace(absl::string_view customer_id);
// How qa.known_customers names a customer.
std::string KnownCustomerIndex(const crypto::Cipher& cipher, absl::string_view customer_id);

// Questions in PostgreSQL, encrypted. See core/question_log.h for the contract.
class PgQuestionLog final : public QuestionLog, public UnansweredQuestions {
 public:
  // Borrowed; they outlive the log.
  PgQuestionLog(postgres::ConnectionPool* pool, const crypto::Cipher* cipher)
      : pool_(pool), cipher_(cipher) {}

  absl::Status Record(const RequestContext& context, const AskedQuestion& question) override;

  absl::StatusOr<std::vector<UnansweredQuestion>> NewestUnanswered(const RequestContext& context,
                                                                   std::int64_t limit) override;

  // Removes questions asked before `before`; gives how many.
  absl::StatusOr<std::int64_t> Prune(const RequestContext& context, absl::Time before);

 private:
  postgres::ConnectionPool* const pool_;
  const crypto::Cipher* const cipher_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_STORE_ANSWERING_PG_QUESTION_LOG_H_

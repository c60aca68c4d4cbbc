#ifndef CLIENTELE_SERVICES_QA_SERVICE_STORE_REPLAYS_PG_RECORDED_ANSWER_STORE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_STORE_REPLAYS_PG_RECORDED_ANSWER_STORE_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/crypto/cipher.h"
#include "common/postgres/connection_pool.h"
#include "services/qa-service/core/replays/recorded_answer.h"

namespace clientele::qa {

// Associated data of an encrypted answer with its question.
std::string RecordedAnswerPlace(absl::string_view customer_id, absl::string_view answer_id);

// Recorded answers in qa.recorded_answers. See core/replays/recorded_answer.h for the contract.
//
// Locks: Insert takes that of questions shared (question_statements.h), so that a customer's
// deletion comes before or after it.
class PgRecordedAnswerStore final : public RecordedAnswerStore {
 public:
  // All borrowed; they outlive the store.
  PgRecordedAnswerStore(postgres::ConnectionPool* pool, const crypto::Cipher* cipher)
      : pool_(pool), cipher_(cipher) {}

  absl::StatusOr<bool> Insert(const RequestContext& context, const RecordedAnswer& answer) override;
  absl::StatusOr<RecordedAnswer> Get(const RequestContext& context,
                                     absl::string_view answer_id) override;

  // Removes answers given before `before`; gives how many.
  absl::StatusOr<std::int64_t> Prune(const RequestContext& context, absl::Time before);

 private:
  postgres::ConnectionPool* const pool_;
  const crypto::Cipher* const cipher_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_STORE_REPLAYS_PG_RECORDED_ANSWER_STORE_H_

#ifndef CLIENTELE_SERVICES_QA_SERVICE_STORE_GOLDEN_QUESTIONS_PG_GOLDEN_QUESTION_STORE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_STORE_GOLDEN_QUESTIONS_PG_GOLDEN_QUESTION_STORE_H_

#include <cstdint>
#include <string>

#include "common/idempotency/ledger.h"
#include "common/postgres/connection_pool.h"
#include "services/qa-service/core/golden_questions/golden_question_store.h"

namespace clientele::qa {

// Golden questions in qa.golden_questions. See core/golden_questions/golden_question_store.h for
// the contract. Locks: each mutation that of the row of qa.golden_revision.
class PgGoldenQuestionStore final : public GoldenQuestionStore {
 public:
  // Borrowed; they outlive the store.
  PgGoldenQuestionStore(postgres::ConnectionPool* pool, const Ledger* ledger)
      : pool_(pool), ledger_(ledger) {}

  absl::StatusOr<GoldenQuestion> Create(const RequestContext& context, const MutationId& mutation,
                                        const GoldenQuestion& question) override;
  absl::StatusOr<GoldenBatch> CreateMissing(const RequestContext& context,
                                            const MutationId& mutation,
                                            absl::Span<const GoldenQuestion> questions,
                                            bool replace) override;
  absl::StatusOr<GoldenSlice> List(const RequestContext& context, const std::string& after_id,
                                   std::int64_t limit) override;
  absl::Status Delete(const RequestContext& context, const MutationId& mutation,
                      const std::string& id) override;
  absl::StatusOr<std::int64_t> Revision(const RequestContext& context) override;
  absl::StatusOr<GoldenSet> LoadAll(const RequestContext& context) override;

 private:
  postgres::ConnectionPool* const pool_;
  const Ledger* const ledger_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_STORE_GOLDEN_QUESTIONS_PG_GOLDEN_QUESTION_STORE_H_

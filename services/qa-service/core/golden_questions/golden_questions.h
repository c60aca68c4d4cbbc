#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_GOLDEN_QUESTIONS_GOLDEN_QUESTIONS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_GOLDEN_QUESTIONS_GOLDEN_QUESTIONS_H_

// Everything a caller can do with golden questions: checks, then the store.
//
//   GoldenQuestions golden(&store, clock);
//   CLIENTELE_ASSIGN_OR_RETURN(GoldenQuestion made, golden.Create(context, mutation, question));
//
// Thread-safe. Nothing is changed by a call that fails, except that a call whose outcome is unknown
// (UNAVAILABLE, DEADLINE_EXCEEDED) may have taken effect: send it again with the same request_id.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/executor/request_context.h"
#include "common/idempotency/mutation_id.h"
#include "common/time/clock.h"
#include "services/qa-service/core/golden_questions/golden_question.h"
#include "services/qa-service/core/golden_questions/golden_question_store.h"

namespace clientele::qa {

struct GoldenPage {
  std::vector<GoldenQuestion> questions;
  std::string next_page_token;  // empty on the last page
};

class GoldenQuestions {
 public:
  // Borrowed; they outlive this.
  GoldenQuestions(GoldenQuestionStore* store, const Clock* clock) : store_(store), clock_(clock) {}

  absl::StatusOr<GoldenQuestion> Create(const RequestContext& context, const MutationId& mutation,
                                        GoldenQuestion question) const;
  absl::StatusOr<GoldenBatch> BatchCreate(const RequestContext& context, const MutationId& mutation,
                                          std::vector<GoldenQuestion> questions,
                                          bool replace) const;
  // page_size 0 means 50; 1 to 1000 otherwise.
  absl::StatusOr<GoldenPage> List(const RequestContext& context, std::int64_t page_size,
                                  const std::string& page_token) const;
  absl::Status Delete(const RequestContext& context, const MutationId& mutation,
                      const std::string& id) const;

 private:
  GoldenQuestionStore* const store_;
  const Clock* const clock_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_GOLDEN_QUESTIONS_GOLDEN_QUESTIONS_H_

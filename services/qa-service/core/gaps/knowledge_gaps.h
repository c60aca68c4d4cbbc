#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_GAPS_KNOWLEDGE_GAPS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_GAPS_KNOWLEDGE_GAPS_H_

// What was asked and not answered, from the log of questions.
//
//   KnowledgeGaps gaps(&question_log);
//   CLIENTELE_ASSIGN_OR_RETURN(GapList list, gaps.List(context, 0, 0));
//
// Thread-safe.

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"

#include "common/executor/request_context.h"
#include "services/qa-service/core/gaps/knowledge_gap.h"

namespace clientele::qa {

// Questions without an answer, as the domain needs them. Thread-safe. UNAVAILABLE (reason
// DATABASE_UNAVAILABLE), DEADLINE_EXCEEDED, CANCELLED; DATA_LOSS when what is stored cannot be
// decrypted.
class UnansweredQuestions {
 public:
  virtual ~UnansweredQuestions() = default;
  // The newest `limit` that were abstained from, newest first.
  virtual absl::StatusOr<std::vector<UnansweredQuestion>> NewestUnanswered(
      const RequestContext& context, std::int64_t limit) = 0;
};

struct GapList {
  std::vector<KnowledgeGap> gaps;   // most asked first
  std::int64_t question_count = 0;  // that were looked at
};

class KnowledgeGaps {
 public:
  // `questions` is borrowed and outlives this.
  explicit KnowledgeGaps(UnansweredQuestions* questions) : questions_(questions) {}

  // `max_gaps`: 1 to 100, 0 means 20. `max_questions`: 1 to 2000, 0 means 1000. INVALID_ARGUMENT
  // with every wrong field, and errors of UnansweredQuestions.
  absl::StatusOr<GapList> List(const RequestContext& context, std::int64_t max_gaps,
                               std::int64_t max_questions);

 private:
  UnansweredQuestions* const questions_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_GAPS_KNOWLEDGE_GAPS_H_

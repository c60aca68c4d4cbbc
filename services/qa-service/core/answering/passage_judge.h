#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_PASSAGE_JUDGE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_PASSAGE_JUDGE_H_

// Asks a reranker and a reader about the first hits of a search.
//
//   const PassageJudge judge(&ranker, &reader, clock, {});
//   CLIENTELE_ASSIGN_OR_RETURN(Judged judged, judge.Judge(context, question, result));
//   OrderByJudgment(weights, absl::MakeSpan(result.hits), absl::MakeSpan(judged.judgments));
//
// A model that is away, busy, broken or too slow costs no answer: its step is left out, and
// says why. Thread-safe.

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/executor/request_context.h"
#include "common/time/clock.h"
#include "services/qa-service/core/answering/answer.h"
#include "services/qa-service/core/answering/judgment.h"
#include "services/qa-service/core/answering/optional_step.h"
#include "services/qa-service/core/answering/passage_ranker.h"
#include "services/qa-service/core/answering/passage_reader.h"

namespace clientele::qa {

struct JudgeOptions {
  // Hits that are looked at; each costs a call's share of both models.
  std::size_t max_passages = 8;
  // Of each of the two.
  OptionalStepOptions step = {};
};

struct Judged {
  std::vector<Judgment> judgments = {};  // of the first hits, in their order
  std::vector<std::string> models = {};  // "name/version"
  // Of the model that judged last, see AnswererOptions; null: none was fitted.
  std::shared_ptr<const std::map<std::string, double>> fitted = {};
  std::vector<AnswerStage> stages = {};
};

class PassageJudge {
 public:
  // Pointers are borrowed and outlive this. Either model may be null: its step does not exist.
  PassageJudge(const PassageRanker* ranker, const PassageReader* reader, const Clock* clock,
               JudgeOptions options);

  // Errors: CANCELLED, and DEADLINE_EXCEEDED when the caller's own time is over.
  absl::StatusOr<Judged> Judge(const RequestContext& context, absl::string_view question,
                               const SearchResult& result) const;

 private:
  const PassageRanker* const ranker_;
  const PassageReader* const reader_;
  const Clock* const clock_;
  const JudgeOptions options_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_PASSAGE_JUDGE_H_

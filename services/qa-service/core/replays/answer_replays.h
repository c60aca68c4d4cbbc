#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_REPLAYS_ANSWER_REPLAYS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_REPLAYS_ANSWER_REPLAYS_H_

// Asks a recorded question again, and says whether the answer is the same.
//
//   AnswerReplays replays(&store, [&](const RequestContext& c, const Question& q) {
//     return answerer.Ask(c, q);
//   }, clock);
//   CLIENTELE_ASSIGN_OR_RETURN(const ReplayedAnswer replayed, replays.Replay(context, answer_id));
//
// With the same models in single precision and the same articles it is the same to the byte,
// whatever is computed beside it. Where models or articles changed since, the replay shows what the
// service says today, and what changed. Thread-safe.

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/executor/request_context.h"
#include "services/qa-service/core/replays/recorded_answer.h"

namespace clientele::qa {

struct ReplayedAnswer {
  RecordedAnswer recorded;
  AnswerOutcome now;
  // The same state, text, reason, mode, confidence and citations, to the bit.
  bool is_same = false;
  // Other models took part, or other versions.
  bool has_other_models = false;
  // Of the articles that were cited then: those of which another revision is cited now, or none.
  std::vector<std::string> changed_article_ids;
  // The models compute in single precision; others' rows depend on those beside them.
  bool is_exact = false;
};

class AnswerReplays {
 public:
  // Answers a question, and keeps nothing of it.
  using Asker = std::function<absl::StatusOr<Answer>(const RequestContext& context,
                                                     const Question& question)>;

  // The store is borrowed. `computes_exactly` tells whether all models that serve compute in single
  // precision. Both functions are thread-safe.
  AnswerReplays(RecordedAnswerStore* store, Asker ask, std::function<bool()> computes_exactly)
      : store_(store), ask_(std::move(ask)), computes_exactly_(std::move(computes_exactly)) {}

  // NOT_FOUND when there is no such answer; errors of the store and of Answerer::Ask.
  absl::StatusOr<ReplayedAnswer> Replay(const RequestContext& context,
                                        absl::string_view answer_id) const;

 private:
  RecordedAnswerStore* const store_;
  const Asker ask_;
  const std::function<bool()> computes_exactly_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_REPLAYS_ANSWER_REPLAYS_H_

#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_ANSWERER_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_ANSWERER_H_

// Answers questions from the index, or abstains.
//
//   Answerer answerer([&] { return refresher.Snapshot(); }, &embedder, &recorder, clock, {});
//   CLIENTELE_ASSIGN_OR_RETURN(Answer answer, answerer.Ask(context, {.text = "Who pays?"}));
//
// embed the question -> search by words and vectors -> confidence of the best
// passage -> below the threshold abstain, else its best sentences.
//
// Thread-safe.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/executor/request_context.h"
#include "common/time/clock.h"
#include "services/qa-service/core/answering/answer.h"
#include "services/qa-service/core/answering/confidence.h"
#include "services/qa-service/core/answering/question_recorder.h"
#include "services/qa-service/core/answering/sentence_choice.h"
#include "services/qa-service/core/retrieval/knowledge_index.h"
#include "services/qa-service/core/retrieval/text_embedder.h"

namespace clientele::qa {

struct AnswererOptions {
  SearchOptions search = {};
  ConfidenceOptions confidence = {};
  SentenceOptions sentences = {};
  // Answers need at least this confidence; 0 answers always, above 1 never.
  double min_confidence = 0.5;
  // Called with the outcome of each question, on the asking thread; must be quick and
  // thread-safe. May be empty.
  std::function<void(AnswerState)> on_answer = {};
  // Sentences of a passage that are embedded; those behind them count by words.
  std::size_t max_embedded_sentences = 16;
  // Names each answer, for feedback. Thread-safe. Empty: answers have no names.
  std::function<std::string()> new_id = {};
};

// INVALID_ARGUMENT with every wrong field. Pure.
absl::Status CheckQuestion(const Question& question);

class Answerer {
 public:
  using IndexSource = std::function<std::shared_ptr<const KnowledgeIndex>()>;

  // Pointers are borrowed and outlive this. `recorder` may be null.
  Answerer(IndexSource index, const TextEmbedder* embedder, QuestionRecorder* recorder,
           const Clock* clock, AnswererOptions options);

  // `listener` may be null. Errors: INVALID_ARGUMENT with every wrong field;
  // UNAVAILABLE (reason INDEX_NOT_READY while the index is being built,
  // MODEL_UNAVAILABLE); RESOURCE_EXHAUSTED; DEADLINE_EXCEEDED; CANCELLED; and the
  // listener's own.
  absl::StatusOr<Answer> Ask(const RequestContext& context, const Question& question,
                             AnswerListener* listener = nullptr) const;

 private:
  struct Found;

  absl::StatusOr<Found> Find(const RequestContext& context, const Question& question) const;
  // Fills state and reason; returns the answer in pieces.
  absl::StatusOr<std::vector<std::string>> Decide(const RequestContext& context,
                                                  const Question& question, const Found& found,
                                                  Answer& answer) const;
  absl::StatusOr<std::vector<std::string>> Compose(const RequestContext& context,
                                                   const Found& found) const;
  void Remember(const Question& question, const std::string& language, const Answer& answer) const;

  const IndexSource index_;
  const TextEmbedder* const embedder_;
  QuestionRecorder* const recorder_;
  const Clock* const clock_;
  const AnswererOptions options_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_ANSWERER_H_

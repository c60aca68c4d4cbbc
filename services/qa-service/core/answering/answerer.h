#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_ANSWERER_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_ANSWERER_H_

// Answers questions from the index, or abstains.
//
//   Answerer answerer([&] { return refresher.Snapshot(); }, &embedder, &recorder, clock, {});
//   CLIENTELE_ASSIGN_OR_RETURN(Answer answer, answerer.Ask(context, {.text = "Who pays?"}));
//
// find the intent -> embed the question -> search by words and vectors -> a reranker and a reader
// look at the first passages -> confidence of the best passage -> below the threshold abstain, else
// the sentence that the reader found, its best sentences, the whole of what people wrote to such a
// question, or what a generator writes from the best passages (AnswerMode). A sure intent hands
// over, is answered with the only article that replies to it, or prefers those that do.
//
// Thread-safe.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/executor/request_context.h"
#include "common/time/clock.h"
#include "services/qa-service/core/answering/answer.h"
#include "services/qa-service/core/answering/confidence.h"
#include "services/qa-service/core/answering/grounded_writer.h"
#include "services/qa-service/core/answering/intent_router.h"
#include "services/qa-service/core/answering/passage_judge.h"
#include "services/qa-service/core/answering/question_recorder.h"
#include "services/qa-service/core/answering/sentence_choice.h"
#include "services/qa-service/core/retrieval/knowledge_index.h"
#include "services/qa-service/core/retrieval/text_embedder.h"

namespace clientele::qa {

struct AnswererOptions {
  SearchOptions search = {};
  // Where the models bring no fitted one: the reader's counts before the reranker's, and that
  // before the encoder's.
  ConfidenceOptions confidence = {};
  SentenceOptions sentences = {};
  // Answers need at least this confidence; 0 answers always, above 1 never. Empty: what was fitted
  // with the weights of the confidence.
  std::optional<double> min_confidence = {};
  // Where set, asked at each question instead: it may change. Thread-safe.
  std::function<std::optional<double>()> current_min_confidence = {};
  // Called with the outcome of each question, on the asking thread; must be quick and
  // thread-safe. May be empty.
  std::function<void(AnswerState)> on_answer = {};
  // Sentences of a passage that are embedded; those behind them count by words.
  std::size_t max_embedded_sentences = 16;
  // Passages that a generator is given.
  std::size_t max_written_from = 4;
  // Names each answer, for feedback. Thread-safe. Empty: answers have no names.
  std::function<std::string()> new_id = {};
};

// What a request calls the parts of a question.
struct QuestionFields {
  const char* text = "question";
  const char* max_citations = "max_citations";
};

// INVALID_ARGUMENT with every wrong field. Pure.
absl::Status CheckQuestion(const Question& question, const QuestionFields& fields = {});

// What may take part besides the encoder; each may be null.
struct AnswerModels {
  const GroundedWriter* writer = nullptr;  // without it there is no generator
  const PassageJudge* judge = nullptr;
  const IntentRouter* intents = nullptr;
};

class Answerer {
 public:
  using IndexSource = std::function<std::shared_ptr<const KnowledgeIndex>()>;

  // Pointers are borrowed and outlive this. `recorder` may be null.
  Answerer(IndexSource index, const TextEmbedder* embedder, QuestionRecorder* recorder,
           const Clock* clock, AnswererOptions options, AnswerModels models = {});

  // The nearest passages, one an article, best first: what an answer would be made of, for people
  // who read for themselves. Nothing is kept. The question's mode, conversation and facts do not
  // count. Errors: as Ask.
  absl::StatusOr<std::vector<Citation>> Search(const RequestContext& context,
                                               const Question& question) const;

  // `listener` may be null. Errors: INVALID_ARGUMENT with every wrong field;
  // UNAVAILABLE (reason INDEX_NOT_READY while the index is being built,
  // MODEL_UNAVAILABLE); RESOURCE_EXHAUSTED; DEADLINE_EXCEEDED; CANCELLED; and the
  // listener's own.
  absl::StatusOr<Answer> Ask(const RequestContext& context, const Question& question,
                             AnswerListener* listener = nullptr) const;

 private:
  struct Found;

  absl::StatusOr<Found> Find(const RequestContext& context, const Question& question) const;
  // What the intent changes about what was found.
  void Route(const Question& question, UnderstoodMessage understood, Found& found) const;
  // Orders what was found by what the judge makes of it.
  absl::Status Judge(const RequestContext& context, const Question& question, Found& found) const;
  // Why there is no answer from what was found; nullptr: there may be one.
  const char* WhyNot(const Found& found, const Answer& answer) const;
  // Fills state, reason and how the answer was made; returns the answer in pieces.
  absl::StatusOr<std::vector<std::string>> Decide(const RequestContext& context,
                                                  const Question& question, const Found& found,
                                                  AnswerListener* listener, Answer& answer) const;
  absl::StatusOr<std::vector<std::string>> Compose(const RequestContext& context,
                                                   const Question& question, const Found& found,
                                                   AnswerListener* listener, Answer& answer) const;
  // Sentences of the best passage.
  absl::StatusOr<std::vector<std::string>> Extract(const RequestContext& context,
                                                   const Found& found) const;
  // Empty where nothing of a generator's is in the answer; says why.
  absl::StatusOr<std::vector<std::string>> Generate(const RequestContext& context,
                                                    const Question& question, const Found& found,
                                                    AnswerListener* listener, Answer& answer) const;
  void Remember(const Question& question, const std::string& language, const Answer& answer) const;

  const IndexSource index_;
  const TextEmbedder* const embedder_;
  QuestionRecorder* const recorder_;
  const Clock* const clock_;
  const AnswererOptions options_;
  const AnswerModels models_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_ANSWERER_H_

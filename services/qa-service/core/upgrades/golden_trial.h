#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_UPGRADES_GOLDEN_TRIAL_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_UPGRADES_GOLDEN_TRIAL_H_

// Asks golden questions of what serves and of what is to take its place, and counts what comes of
// it.
//
//   GoldenTrial trial(set.questions, &serving, &candidate);
//   while (!trial.done()) CLIENTELE_RETURN_IF_ERROR(trial.AskNext(context));
//   if (PassesFloor(trial.result(), 0.02)) ...
//
// A question that fails is asked again by the next call. For one thread.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "common/executor/request_context.h"
#include "services/qa-service/core/answering/answer.h"
#include "services/qa-service/core/answering/answerer.h"
#include "services/qa-service/core/golden_questions/golden_question.h"

namespace clientele::qa {

// What came of all golden questions at one side.
struct GoldenFigures {
  // Of the questions with an expected article: it is cited first, or among the first three, whether
  // or not the service dares to answer.
  std::int64_t right_first = 0;
  std::int64_t right_in_three = 0;
  // Answered with the expected article cited first; answered otherwise.
  std::int64_t answered_rightly = 0;
  std::int64_t answered_wrongly = 0;
  // Not answered, and of these the questions that no article answers.
  std::int64_t abstained = 0;
  std::int64_t abstained_rightly = 0;
  // Mean token F1 against the expected answers (of the questions that have one), 0 to 1.
  double answer_f1 = 0;
};

// One side's answer to a golden question.
struct GoldenAnswer {
  AnswerState state = AnswerState::kAbstained;
  std::string article;  // id of the first citation; empty: there is none
  std::string text;     // cut to kMaxExampleText bytes
  double confidence = 0;
};

// A question that is answered otherwise.
struct ChangedAnswer {
  std::string golden_question;  // its id
  std::string text;             // of the question, cut to kMaxExampleText bytes
  std::string expected_article;
  GoldenAnswer serving;
  GoldenAnswer candidate;
};

inline constexpr std::size_t kMaxTrialExamples = 20;
inline constexpr std::size_t kMaxExampleText = 512;

struct TrialResult {
  std::int64_t question_count = 0;
  std::int64_t with_article = 0;  // of these those that expect an article
  std::int64_t with_answer = 0;   // and those that expect words
  GoldenFigures serving;
  GoldenFigures candidate;
  // Another state, first article or text.
  std::int64_t changed_count = 0;
  // Of these at most kMaxTrialExamples: what went from right to wrong before the rest.
  std::vector<ChangedAnswer> examples;
};

class GoldenTrial {
 public:
  // Borrowed; they outlive the trial.
  GoldenTrial(std::vector<GoldenQuestion> questions, const Answerer* serving,
              const Answerer* candidate);

  bool done() const { return next_ == questions_.size(); }
  std::size_t asked() const { return next_; }
  // Asks the next question of both; there is one. Errors: those of Answerer::Ask.
  absl::Status AskNext(const RequestContext& context);
  // Of the questions asked so far.
  const TrialResult& result() const { return result_; }

 private:
  void Count(const GoldenQuestion& question, const Answer& answer, GoldenFigures& figures,
             double& f1_sum) const;
  void NoteChange(const GoldenQuestion& question, const Answer& serving, const Answer& candidate);

  const std::vector<GoldenQuestion> questions_;
  const Answerer* const serving_;
  const Answerer* const candidate_;
  std::size_t next_ = 0;
  double serving_f1_ = 0;
  double candidate_f1_ = 0;
  std::size_t losses_ = 0;  // examples that went from right to wrong; they come first
  TrialResult result_;
};

// Whether the candidate is at most `margin` (a share, 0 to 1) below what serves: in expected
// articles that are cited first, and in questions that are answered rightly or rightly not
// answered. Pure.
bool PassesFloor(const TrialResult& result, double margin);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_UPGRADES_GOLDEN_TRIAL_H_

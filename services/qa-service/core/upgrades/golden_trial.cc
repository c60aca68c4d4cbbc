#include "services/qa-service/core/upgrades/golden_trial.h"

#include <algorithm>
#include <utility>

#include "absl/strings/string_view.h"

#include "common/evaluation/reading.h"
#include "common/status/status_macros.h"
#include "common/text/language.h"

namespace clientele::qa {
namespace {

constexpr std::int64_t kLookedAt = 3;  // citations

std::string FirstArticle(const Answer& answer) {
  return answer.citations.empty() ? "" : std::string(answer.citations.front().article->article.id);
}

bool CitesAmongThree(const Answer& answer, absl::string_view article) {
  const auto end = answer.citations.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(
                                                  answer.citations.size(), std::size_t{kLookedAt}));
  return std::any_of(answer.citations.begin(), end, [&](const Citation& citation) {
    return citation.article->article.id == article;
  });
}

bool IsRight(const GoldenQuestion& question, const Answer& answer) {
  const bool answered = answer.state == AnswerState::kAnswered;
  if (question.expected_article.empty()) return !answered;
  return answered && FirstArticle(answer) == question.expected_article;
}

// At most kMaxExampleText bytes, cut between characters.
std::string Cut(absl::string_view text) {
  if (text.size() <= kMaxExampleText) return std::string(text);
  std::size_t end = kMaxExampleText;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

GoldenAnswer ExampleOf(const Answer& answer) {
  return {answer.state, FirstArticle(answer), Cut(answer.text), answer.confidence};
}

double AnswerF1(const GoldenQuestion& question, const Answer& answer) {
  using evaluation::AnswerRules;
  const bool chinese = text::DetectLanguage(question.expected_answer) == "zh";
  const std::vector<std::string> accepted = {question.expected_answer};
  return evaluation::TokenF1(answer.text, accepted,
                             chinese ? AnswerRules::kCmrc : AnswerRules::kSquad);
}

}  // namespace

GoldenTrial::GoldenTrial(std::vector<GoldenQuestion> questions, const Answerer* serving,
                         const Answerer* candidate)
    : questions_(std::move(questions)), serving_(serving), candidate_(candidate) {}

absl::Status GoldenTrial::AskNext(const RequestContext& context) {
  const GoldenQuestion& golden = questions_[next_];
  Question question;
  question.text = golden.text;
  question.language_code = golden.language_code;
  question.max_citations = kLookedAt;
  // A generator writes from what is found: whether that is right shows without it.
  question.mode = AnswerMode::kExtractive;
  CLIENTELE_ASSIGN_OR_RETURN(const Answer serving, serving_->Ask(context, question));
  CLIENTELE_ASSIGN_OR_RETURN(const Answer candidate, candidate_->Ask(context, question));
  ++next_;
  ++result_.question_count;
  if (!golden.expected_article.empty()) ++result_.with_article;
  if (!golden.expected_answer.empty()) ++result_.with_answer;
  Count(golden, serving, result_.serving, serving_f1_);
  Count(golden, candidate, result_.candidate, candidate_f1_);
  NoteChange(golden, serving, candidate);
  return absl::OkStatus();
}

void GoldenTrial::Count(const GoldenQuestion& question, const Answer& answer,
                        GoldenFigures& figures, double& f1_sum) const {
  if (!question.expected_article.empty()) {
    if (FirstArticle(answer) == question.expected_article) ++figures.right_first;
    if (CitesAmongThree(answer, question.expected_article)) ++figures.right_in_three;
  }
  const bool right = IsRight(question, answer);
  if (answer.state == AnswerState::kAnswered) {
    ++(right ? figures.answered_rightly : figures.answered_wrongly);
  } else {
    ++figures.abstained;
    if (right) ++figures.abstained_rightly;
  }
  if (!question.expected_answer.empty()) f1_sum += AnswerF1(question, answer);
  if (result_.with_answer > 0) {
    figures.answer_f1 = f1_sum / static_cast<double>(result_.with_answer);
  }
}

void GoldenTrial::NoteChange(const GoldenQuestion& question, const Answer& serving,
                             const Answer& candidate) {
  if (serving.state == candidate.state && serving.text == candidate.text &&
      FirstArticle(serving) == FirstArticle(candidate)) {
    return;
  }
  ++result_.changed_count;
  const bool lost = IsRight(question, serving) && !IsRight(question, candidate);
  std::vector<ChangedAnswer>& examples = result_.examples;
  if (examples.size() == kMaxTrialExamples) {
    if (!lost || losses_ == examples.size()) return;
    examples.pop_back();
  }
  const auto place =
      lost ? examples.begin() + static_cast<std::ptrdiff_t>(losses_) : examples.end();
  examples.insert(place, {question.id, Cut(question.text), question.expected_article,
                          ExampleOf(serving), ExampleOf(candidate)});
  if (lost) ++losses_;
}

bool PassesFloor(const TrialResult& result, double margin) {
  const auto handled = [](const GoldenFigures& figures) {
    return static_cast<double>(figures.answered_rightly + figures.abstained_rightly);
  };
  // Counts are exact; the slack is that of the product alone.
  const auto passes = [&](double candidate, double serving, std::int64_t of) {
    return candidate >= serving - margin * static_cast<double>(of) - 1e-9;
  };
  return passes(static_cast<double>(result.candidate.right_first),
                static_cast<double>(result.serving.right_first), result.with_article) &&
         passes(handled(result.candidate), handled(result.serving), result.question_count);
}

}  // namespace clientele::qa

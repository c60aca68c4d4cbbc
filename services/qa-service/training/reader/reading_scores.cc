#include "services/qa-service/training/reader/reading_scores.h"

#include <vector>

#include "common/evaluation/reading.h"
#include "common/text/language.h"

namespace clientele::qa {

ReadingScores ScoreOf(absl::string_view answer, const ReadingExample& example,
                      absl::string_view passage) {
  using evaluation::AnswerRules;
  const bool chinese = text::DetectLanguage(passage) == "zh";
  static const auto& none = *new std::vector<std::string>{""};
  const std::vector<std::string>& accepted = example.answers.empty() ? none : example.answers;
  const AnswerRules rules = chinese ? AnswerRules::kCmrc : AnswerRules::kSquad;
  ReadingScores scores = {.questions = 1};
  scores.exact_match = evaluation::ExactMatch(answer, accepted, rules) ? 1 : 0;
  scores.f1 =
      chinese ? evaluation::CmrcF1(answer, accepted) : evaluation::TokenF1(answer, accepted, rules);
  return scores;
}

ReadingScores MeanScores(absl::Span<const std::string> answers,
                         absl::Span<const ReadingExample* const> examples, const ReadingSet& set) {
  ReadingScores sum;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const ReadingScores one =
        ScoreOf(answers[i], *examples[i], set.passages[examples[i]->passage].text);
    sum.exact_match += one.exact_match;
    sum.f1 += one.f1;
  }
  sum.questions = answers.size();
  if (sum.questions == 0) return sum;
  sum.exact_match /= static_cast<double>(sum.questions);
  sum.f1 /= static_cast<double>(sum.questions);
  return sum;
}

}  // namespace clientele::qa

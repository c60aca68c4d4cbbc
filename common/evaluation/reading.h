#ifndef CLIENTELE_COMMON_EVALUATION_READING_H_
#define CLIENTELE_COMMON_EVALUATION_READING_H_

// How near an answer is to those that people accepted.
//
//   const std::vector<std::string> accepted = {"the Eiffel Tower", "Eiffel Tower"};
//   ExactMatch("Eiffel Tower.", accepted, AnswerRules::kSquad);  // true
//   TokenF1("tower", accepted, AnswerRules::kSquad);             // 2/3
//
// The best of the accepted answers counts; without any, nothing matches. Text is UTF-8. Pure
// functions, thread-safe.

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace clientele::evaluation {

// Which differences between answers do not count.
enum class AnswerRules {
  // English (Rajpurkar et al., SQuAD, EMNLP 2016): case, ASCII punctuation, the articles a, an and
  // the, and white space. Tokens are the words between white space.
  kSquad,
  // Chinese (Cui et al., A span-extraction dataset for Chinese machine reading comprehension,
  // EMNLP 2019): case, white space at the ends, and the punctuation of that list: -:_*^/\~`+=
  // ，。：？！“”；’《》·、「」（）－～『』. Tokens are single ideographs (U+4E00 to U+9FA5), and of
  // other text the words between white space, ASCII punctuation at their ends being tokens of its
  // own (the published script uses NLTK's English tokenizer there).
  kCmrc,
};

// The form in which answers are compared.
std::string NormalizeAnswer(absl::string_view answer, AnswerRules rules);

// Tokens of the normalized answer.
std::vector<std::string> AnswerTokens(absl::string_view answer, AnswerRules rules);

// Equal once normalized.
bool ExactMatch(absl::string_view answer, absl::Span<const std::string> accepted,
                AnswerRules rules);

// Harmonic mean of precision and recall of tokens, counted as often as they occur. Where one of
// both has no tokens: 1 if neither has, 0 otherwise.
double TokenF1(absl::string_view answer, absl::Span<const std::string> accepted, AnswerRules rules);

// The published F1 of CMRC 2018: what counts as common is the longest run of tokens that stands in
// both without a gap.
double CmrcF1(absl::string_view answer, absl::Span<const std::string> accepted);

}  // namespace clientele::evaluation

#endif  // CLIENTELE_COMMON_EVALUATION_READING_H_

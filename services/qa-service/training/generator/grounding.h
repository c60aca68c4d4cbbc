#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_GROUNDING_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_GROUNDING_H_

// What is left of a generated answer after the service's check, and whether what it states stands
// in the passage.
//
//   const CheckedAnswer checked = CheckAnswer("Refunds take 5 days. Ask Ann.", passage);
//   checked.text      // without sentences that the passage does not support
//   checked.facts     // 1 where the second sentence is gone: "5"
//
// Pure functions, thread-safe. Texts are valid UTF-8.

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace clientele::qa {

struct CheckedAnswer {
  std::string text;           // the kept sentences, a space or nothing between them
  std::size_t sentences = 0;  // that were written
  std::size_t kept = 0;
  std::size_t facts = 0;             // of the kept sentences
  std::size_t facts_in_passage = 0;  // of them, those that stand in the passage as they are written
};

// By AnswerSupport with its default options, without vectors: words decide alone.
CheckedAnswer CheckAnswer(absl::string_view written, absl::string_view passage);

// The numbers, dates and names that a text writes, as they are written: words that hold a digit,
// and words of Latin letters that begin with a capital one but do not begin a sentence. Words in
// capitals throughout count as names. Each as often as it stands there.
std::vector<std::string> StatedFacts(absl::string_view text);

// What the service answers without a generator: the sentences of the passage that are nearest to
// the question by words, all words weighing the same.
std::string ExtractiveAnswer(absl::string_view question, absl::string_view passage);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_GROUNDING_H_

#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_QUESTION_TERMS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_QUESTION_TERMS_H_

// What of a question is searched by, and what of it must be found again for the
// question to count as answered. Documents are indexed by text::SearchTerms.
//
// Pure functions, thread-safe. Texts are valid UTF-8.

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

namespace clientele::qa {

// A word that carries meaning, and the terms it may be found by.
struct ContentWord {
  // A search term (common/text); the word is found where this is.
  std::string term;
  // For a longer Chinese word: its character pairs, each of which is found by
  // itself where the document's words were cut differently.
  std::vector<std::string> pairs = {};
};

// A question's distinct words without function words ("how do I", "请问"), in
// order.
std::vector<ContentWord> ContentWords(absl::string_view question);

// The same words as they are written in the question's normal form.
std::vector<std::string> WrittenContentWords(absl::string_view question);

// Search terms of a question, each once, without function words, in order.
std::vector<std::string> QuestionTerms(absl::string_view question);

// The function words themselves, and their search terms.
void ForEachFunctionWord(absl::FunctionRef<void(absl::string_view)> use);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_QUESTION_TERMS_H_

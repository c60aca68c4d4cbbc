#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_PASSAGE_SENTENCES_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_PASSAGE_SENTENCES_H_

// The sentences of a passage that can be an answer: plain text without marks of Markdown and HTML.
// Headings and questions state nothing and are left out, unless there is nothing else; what they
// say counts for the sentences below them. The entries of a list are one sentence: steps belong
// together.

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace clientele::qa {

struct PassageSentence {
  std::string text;   // not empty
  std::string about;  // the heading or question above it, or empty
};

// Pure, thread-safe. `passage` is valid UTF-8; in order, without "Q:" and "A:" before them.
std::vector<PassageSentence> PassageSentences(absl::string_view passage);

// Sentences as one text, a line each, the first below its heading: what models read.
struct PlainPassage {
  std::string text;
  std::vector<std::size_t> begins;  // of each sentence, ascending

  // The sentence that holds the byte; the first one for its heading. There is a sentence.
  std::size_t SentenceAt(std::size_t byte) const;
};

PlainPassage PlainText(const std::vector<PassageSentence>& sentences);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_PASSAGE_SENTENCES_H_

#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_SENTENCE_SUPPORT_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_SENTENCE_SUPPORT_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace clientele::qa {

// Whether a word holds a digit of ASCII.
bool HasDigit(absl::string_view word);

struct SupportedSentences {
  std::size_t supported = 0;
  std::size_t sentences = 0;
};

// How many of a text's sentences a passage supports, by words: every number of the sentence stands
// in the passage, and so do six tenths of its search terms (common/text/search_terms.h), each
// counted once. A measure of generators, not the service's own check. Pure.
SupportedSentences CountSupported(absl::string_view text, absl::string_view passage);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_SENTENCE_SUPPORT_H_

#ifndef CLIENTELE_TESTS_FUZZ_TOKENIZER_CHECKS_H_
#define CLIENTELE_TESTS_FUZZ_TOKENIZER_CHECKS_H_

#include "absl/strings/string_view.h"

#include "common/text/tokenizer/tokenizer.h"

namespace clientele::fuzz {

// Encodes and decodes `text`, alone and as a pair, and ends the process where an answer is not what
// tokenizer.h promises.
void CheckTokenizer(const text::Tokenizer& tokenizer, absl::string_view text);

}  // namespace clientele::fuzz

#endif  // CLIENTELE_TESTS_FUZZ_TOKENIZER_CHECKS_H_

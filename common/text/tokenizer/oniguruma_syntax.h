#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_ONIGURUMA_SYNTAX_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_ONIGURUMA_SYNTAX_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::text::tokenization {

// A regular expression of Oniguruma's Ruby dialect in ICU's words, where both mean different things
// by the same: \s and \w are Unicode's, \h is a hexadecimal digit, (?m) makes the dot match line
// feeds. {n,m}+, which is possessive in one of them, is INVALID_ARGUMENT. Flags for ^, $ and the
// dot are the caller's: UREGEX_MULTILINE and UREGEX_UNIX_LINES.
absl::StatusOr<std::string> ToIcuExpression(absl::string_view oniguruma);

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_ONIGURUMA_SYNTAX_H_

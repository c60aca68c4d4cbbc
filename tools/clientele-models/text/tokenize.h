#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_TEXT_TOKENIZE_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_TEXT_TOKENIZE_H_

#include <filesystem>
#include <istream>
#include <ostream>

#include "absl/status/status.h"

namespace clientele::models {

// Reads one JSON string a line and writes one JSON object a line: `ids`, `tokens`, and `offsets`
// as [begin, end) in characters (Unicode code points) of the string, as the reference's Python
// interface counts them; special tokens that are added have [0, 0]. `source` is a bundle, a
// folder of tokenizer files or one such file. INVALID_ARGUMENT names the first line that is not
// a JSON string or cannot be tokenized; the lines before it were answered.
absl::Status Tokenize(const std::filesystem::path& source, std::istream& in, std::ostream& out);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_TEXT_TOKENIZE_H_

#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_TOKENIZER_JSON_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_TOKENIZER_JSON_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/text/tokenizer/pipeline.h"

namespace clientele::text::tokenization {

// Reads a tokenizer.json (Hugging Face "tokenizers", version 1.0). `truncation` and `padding` are
// left to the caller and not read. INVALID_ARGUMENT names `file` and the field.
absl::StatusOr<Pipeline> ReadTokenizerJson(absl::string_view file, absl::string_view text);

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_TOKENIZER_JSON_H_

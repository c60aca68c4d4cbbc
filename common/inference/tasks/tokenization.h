#ifndef CLIENTELE_COMMON_INFERENCE_TASKS_TOKENIZATION_H_
#define CLIENTELE_COMMON_INFERENCE_TASKS_TOKENIZATION_H_

// Texts to rows of tokens, as a bundle's tokenizer says. No torch here.
//
// Both cut to limits.max_tokens unless they are told otherwise, and are INVALID_ARGUMENT for text
// that is not UTF-8.

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/inference/tasks/token_row.h"
#include "common/inference/versions/loaded_model.h"
#include "common/text/tokenizer/encoding.h"

namespace clientele::inference {

// For openers. FAILED_PRECONDITION where the bundle has no tokenizer.
absl::Status RequireTokenizer(const LoadedModel& model);
// The same, where it has none that knows pairs: hashed n-grams do not.
absl::Status RequirePairTokenizer(const LoadedModel& model);

// What a text is for, where a model was trained to be told: each kind has its prompt before it, as
// the manifest's settings `prompt.query`, `prompt.document` and `prompt` say.
enum class TextRole { kAny, kQuery, kDocument };

// Without ids for a text that has no token of its own.
absl::StatusOr<TokenRow> TokenizeText(const LoadedModel& model, absl::string_view text,
                                      TextRole role = TextRole::kAny);

// Two texts as one row, such as a question and a passage. Only `second` is cut, to `max_tokens`
// together (0: to limits.max_tokens); INVALID_ARGUMENT where `first` alone is too long.
struct TokenizedPair {
  TokenRow row;
  // Of each token: the text that it comes from, 0 or 1, or -1 for [CLS] and its like; and its
  // place in that text.
  std::vector<std::int8_t> sequences;
  std::vector<text::ByteSpan> offsets;
};
absl::StatusOr<TokenizedPair> TokenizePair(const LoadedModel& model, absl::string_view first,
                                           absl::string_view second, std::size_t max_tokens = 0);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TASKS_TOKENIZATION_H_

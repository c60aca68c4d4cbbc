#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_MODEL_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_MODEL_H_

// The third stage of a tokenizer: words to tokens. One class for each "type" of tokenizer.json's
// `model`. Immutable, thread-safe.

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "common/text/tokenizer/vocabulary.h"

namespace clientele::text::tokenization {

struct ModelToken {
  std::int32_t id = 0;
  std::uint32_t begin = 0;  // bytes of the word
  std::uint32_t end = 0;
  // The token reads as the text that it covers, not as the vocabulary writes it.
  bool is_text = false;
};

class Model {
 public:
  virtual ~Model() = default;

  // Adds the tokens of a word, which is not empty. INVALID_ARGUMENT where the word has characters
  // that are not in the vocabulary and the model has no unknown token.
  virtual absl::Status Tokenize(absl::string_view word, std::vector<ModelToken>& tokens) const = 0;

  const Vocabulary& vocabulary() const { return vocabulary_; }

 protected:
  explicit Model(Vocabulary vocabulary) : vocabulary_(std::move(vocabulary)) {}

 private:
  Vocabulary vocabulary_;
};

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_MODEL_H_

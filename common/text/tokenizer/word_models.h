#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_WORD_MODELS_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_WORD_MODELS_H_

// Models that look words and their parts up: WordLevel, and WordPiece (Schuster and Nakajima 2012;
// greedy longest match first, as BERT does). Immutable, thread-safe.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "common/text/tokenizer/model.h"
#include "common/text/tokenizer/trie.h"

namespace clientele::text::tokenization {

class WordLevelModel final : public Model {
 public:
  // Without `unknown` in the vocabulary a word that is not there is an error.
  WordLevelModel(Vocabulary vocabulary, const std::string& unknown);
  absl::Status Tokenize(absl::string_view word, std::vector<ModelToken>& tokens) const override;

 private:
  std::optional<std::int32_t> unknown_;
};

struct WordPieceOptions {
  std::string unknown = "[UNK]";
  std::string continuing_subword_prefix = "##";
  // Longer words are unknown.
  std::size_t max_input_chars_per_word = 100;
};

class WordPieceModel final : public Model {
 public:
  WordPieceModel(Vocabulary vocabulary, const WordPieceOptions& options);
  absl::Status Tokenize(absl::string_view word, std::vector<ModelToken>& tokens) const override;

 private:
  std::optional<std::int32_t> unknown_;
  std::size_t max_characters_;
  Trie first_;         // what a word may begin with
  Trie continuation_;  // what may follow, without the prefix
};

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_WORD_MODELS_H_

#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_UNIGRAM_MODEL_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_UNIGRAM_MODEL_H_

// The unigram language model (Kudo 2018): of all ways to cut a word into pieces of the vocabulary,
// the one with the largest sum of scores (Viterbi). A character that no piece covers is unknown,
// ten below the lowest score; unknown characters that follow each other are one token, or its bytes
// with byte fallback. Time is the word's length times the longest piece. Immutable, thread-safe.

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "common/text/tokenizer/byte_tokens.h"
#include "common/text/tokenizer/model.h"
#include "common/text/tokenizer/trie.h"

namespace clientele::text::tokenization {

struct UnigramOptions {
  // Scores by id, as many as the vocabulary's end(); finite.
  std::vector<double> scores;
  std::optional<std::int32_t> unknown;
  bool byte_fallback = false;
  // Ids that a text is never cut into: control tokens of SentencePiece.
  std::vector<bool> left_out;
  // Sums in 32 bits, as SentencePiece does, rather than in 64.
  bool single_precision = false;
  // What an unknown character costs; none: ten below the lowest score.
  std::optional<double> unknown_score;
  // Of two ways with the same sum, the one whose last piece starts later, rather than earlier.
  bool later_start_wins = false;
};

class UnigramModel final : public Model {
 public:
  UnigramModel(Vocabulary vocabulary, UnigramOptions options);
  absl::Status Tokenize(absl::string_view word, std::vector<ModelToken>& tokens) const override;

 private:
  template <class Score>
  absl::Status Cut(absl::string_view word, std::vector<ModelToken>& tokens) const;

  UnigramOptions options_;
  ByteTokenIds bytes_;
  Trie pieces_;
};

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_UNIGRAM_MODEL_H_

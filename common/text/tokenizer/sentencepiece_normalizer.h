#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_SENTENCEPIECE_NORMALIZER_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_SENTENCEPIECE_NORMALIZER_H_

// SentencePiece's own normalization: the charsmap by longest match, white space collapsed and
// trimmed, a space put in front, spaces written as U+2581. User-defined pieces stay as they are.
// Immutable, thread-safe.

#include <string>
#include <vector>

#include "common/text/tokenizer/charsmap.h"
#include "common/text/tokenizer/normalizer.h"
#include "common/text/tokenizer/trie.h"

namespace clientele::text::tokenization {

struct SentencePieceNormalizerOptions {
  Charsmap charsmap;
  std::vector<std::string> user_defined;
  bool add_dummy_prefix = true;
  bool remove_extra_whitespaces = true;
};

class SentencePieceNormalizer final : public Normalizer {
 public:
  explicit SentencePieceNormalizer(SentencePieceNormalizerOptions options);
  absl::Status Normalize(AlignedText& text) const override;

 private:
  Charsmap::Found Next(absl::string_view text) const;

  SentencePieceNormalizerOptions options_;
  Trie user_defined_;
};

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_SENTENCEPIECE_NORMALIZER_H_

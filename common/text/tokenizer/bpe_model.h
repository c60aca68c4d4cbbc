#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_BPE_MODEL_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_BPE_MODEL_H_

// Byte-pair encoding (Sennrich, Haddow and Birch 2016): a word begins as characters, and the pair
// with the lowest rank, the leftmost of equals, is joined until no pair can be.
//
// Time is n log n in the longest stretch of a word inside which any two neighbors could ever be
// joined; such stretches are found first, so that also a model without a pre-tokenizer (Llama)
// works on short ones. Immutable, thread-safe.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/text/tokenizer/byte_tokens.h"
#include "common/text/tokenizer/model.h"
#include "common/text/tokenizer/trie.h"

namespace clientele::text::tokenization {

struct BpeOptions {
  // Empty: characters that the vocabulary lacks are left out.
  std::string unknown;
  // Unknown characters that follow each other are one token.
  bool fuse_unknown = false;
  bool byte_fallback = false;
  // A word that is in the vocabulary is one token, whatever the merges say.
  bool ignore_merges = false;
  // Before every character but the first, and after the last.
  std::string continuing_subword_prefix;
  std::string end_of_word_suffix;
  // Tokens that are taken as they stand wherever they occur, longest first, and never joined.
  std::vector<std::string> frozen;
};

class BpeModel final : public Model {
 public:
  struct Merge {
    std::string left;
    std::string right;
    std::uint32_t rank = 0;
  };

  // INVALID_ARGUMENT names the merge whose parts or result the vocabulary lacks; so it does for an
  // unknown token that is not in the vocabulary.
  static absl::StatusOr<std::unique_ptr<BpeModel>> Create(Vocabulary vocabulary,
                                                          const std::vector<Merge>& merges,
                                                          const BpeOptions& options);

  absl::Status Tokenize(absl::string_view word, std::vector<ModelToken>& tokens) const override;

 private:
  struct Joined {
    std::uint32_t rank = 0;
    std::int32_t id = 0;
  };
  struct Symbol {
    std::int32_t id = 0;
    std::uint32_t length = 0;  // bytes; 0 when it became part of its left neighbor
    std::int32_t previous = -1;
    std::int32_t next = -1;
  };
  struct Scratch;
  class Emitter;

  BpeModel(Vocabulary vocabulary, const BpeOptions& options);
  absl::Status AddMerges(const std::vector<Merge>& merges);
  void FindSeams(const std::vector<Merge>& merges);
  const Joined* Join(std::int32_t left, std::int32_t right) const;
  std::int32_t CharacterId(absl::string_view character) const;
  void JoinFew(std::vector<Symbol>& symbols) const;
  void JoinMany(Scratch& scratch) const;

  BpeOptions options_;
  std::optional<std::int32_t> unknown_;
  ByteTokenIds bytes_;
  Trie frozen_;
  absl::flat_hash_map<std::uint64_t, Joined> merges_;
  // Ids of characters below U+0250: those of byte-level vocabularies and of most text.
  std::array<std::int32_t, 0x250> character_ids_{};
  // Pairs of characters' ids that lie side by side inside some merge; between others no merge can
  // ever reach, so that words are worked on in parts. Only where cut_at_seams_.
  absl::flat_hash_set<std::uint64_t> inner_pairs_;
  bool cut_at_seams_ = false;
};

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_BPE_MODEL_H_

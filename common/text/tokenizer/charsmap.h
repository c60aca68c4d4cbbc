#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_CHARSMAP_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_CHARSMAP_H_

// SentencePiece's precompiled_charsmap: a double-array trie of strings, and what each becomes.
// Immutable, thread-safe; a damaged map finds nothing where it would leave its own bytes.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::text::tokenization {

class Charsmap {
 public:
  // The bytes as SentencePiece stores them: the size of the trie in bytes (32 bits,
  // little-endian), its units, then the targets, each ended by a zero byte. Empty bytes map
  // nothing. INVALID_ARGUMENT where sizes do not fit.
  static absl::StatusOr<Charsmap> Parse(absl::string_view bytes);

  bool empty() const { return units_.empty(); }

  struct Found {
    std::size_t length = 0;    // bytes of the key
    absl::string_view target;  // valid as long as the map
  };
  // The shortest key that `text` begins with, as the reference's "Precompiled" takes it.
  std::optional<Found> ShortestPrefix(absl::string_view text) const { return Prefix(text, false); }
  // The longest, as SentencePiece takes it.
  std::optional<Found> LongestPrefix(absl::string_view text) const { return Prefix(text, true); }

 private:
  std::optional<Found> Prefix(absl::string_view text, bool longest) const;

  std::vector<std::uint32_t> units_;
  std::string targets_;
};

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_CHARSMAP_H_

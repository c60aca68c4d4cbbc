#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_ADDED_TOKENS_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_ADDED_TOKENS_H_

// Tokens in addition to the model's: found in the text before it is cut into words, never split,
// such as [SEP] or <|im_end|>. Those that are not `normalized` are looked for in the text as it is,
// the others in what normalization made of the rest. Immutable, thread-safe.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "common/text/tokenizer/normalizer.h"
#include "common/text/tokenizer/split_text.h"
#include "common/text/tokenizer/trie.h"

namespace clientele::text::tokenization {

struct AddedToken {
  std::string content;
  std::int32_t id = 0;
  // Only where no word character touches it.
  bool single_word = false;
  // Takes the white space before, after it.
  bool lstrip = false;
  bool rstrip = false;
  bool normalized = false;
  // Left out by Decode where it is asked for.
  bool special = false;
};

// Longest content, in bytes: a search may look at that many for each byte of a text.
inline constexpr std::size_t kMaxAddedTokenBytes = 1024;

class AddedTokens {
 public:
  AddedTokens() = default;
  // `normalizer` may be null. Contents are not empty and differ.
  static absl::StatusOr<AddedTokens> Create(std::vector<AddedToken> tokens,
                                            const Normalizer* normalizer);

  // Finds them in `text`, and normalizes what is between. None is found where it would touch a byte
  // of `plain`, which is in order.
  absl::Status Extract(absl::string_view text, const Normalizer* normalizer,
                       absl::Span<const ByteSpan> plain, SplitText& out) const;

  // Null where there is none.
  const AddedToken* WithId(std::int64_t id) const;
  const AddedToken* WithContent(absl::string_view content) const;
  bool IsSpecial(absl::string_view content) const { return special_.contains(content); }
  const std::vector<AddedToken>& tokens() const { return tokens_; }

 private:
  struct Found {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::int32_t id = -1;  // -1: text between
  };
  // Of those that `allowed` takes.
  std::vector<Found> Find(
      absl::string_view text, const Trie& trie,
      absl::FunctionRef<bool(std::size_t begin, std::size_t end)> allowed) const;

  std::vector<AddedToken> tokens_;
  absl::flat_hash_map<std::int64_t, std::size_t> by_id_;
  absl::flat_hash_map<std::string, std::size_t> by_content_;
  absl::flat_hash_set<std::string> special_;
  Trie raw_;  // values are indices into tokens_
  Trie normalized_;
};

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_ADDED_TOKENS_H_

#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_VOCABULARY_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_VOCABULARY_H_

// Tokens and their ids, both ways. Immutable once built; then thread-safe.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace clientele::text::tokenization {

// Ids are below this: sixteen million, sixty times the largest vocabulary known.
inline constexpr std::int64_t kMaxTokenId = std::int64_t{1} << 24;

class Vocabulary {
 public:
  // INVALID_ARGUMENT where the id is out of range or taken, or the token has one already.
  absl::Status Add(absl::string_view token, std::int64_t id);
  // A list in which a token may come twice: the later id is its id, both ids are its text.
  absl::Status AddListed(absl::string_view token, std::int64_t id);

  std::optional<std::int32_t> IdOf(absl::string_view token) const {
    const auto found = ids_.find(token);
    if (found == ids_.end()) return std::nullopt;
    return found->second;
  }
  // Null where no token has the id.
  const std::string* TokenOf(std::int64_t id) const {
    if (id < 0 || id >= end() || entries_[static_cast<std::size_t>(id)] == 0) return nullptr;
    return &tokens_[entries_[static_cast<std::size_t>(id)] - 1];
  }

  std::size_t size() const { return ids_.size(); }
  bool empty() const { return tokens_.empty(); }
  // One more than the largest id.
  std::int64_t end() const { return static_cast<std::int64_t>(entries_.size()); }
  // In the order in which they came.
  const std::vector<std::string>& tokens() const { return tokens_; }

 private:
  absl::flat_hash_map<std::string, std::int32_t> ids_;
  std::vector<std::string> tokens_;
  std::vector<std::uint32_t> entries_;  // id -> index into tokens_ + 1; 0: no token
};

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_VOCABULARY_H_

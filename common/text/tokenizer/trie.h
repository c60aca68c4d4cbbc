#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_TRIE_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_TRIE_H_

// Strings of bytes with a value each, found by walking a text. Immutable, thread-safe.
//
//   const Trie trie({{"a", 1}, {"ab", 2}});
//   trie.ForEachPrefix("abc", [](std::size_t length, std::int32_t value) { … });  // 1: 1, 2: 2

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace clientele::text::tokenization {

class Trie {
 public:
  using Entry = std::pair<absl::string_view, std::int32_t>;

  Trie() : Trie(std::vector<Entry>()) {}
  // Values are not negative; of equal strings the last one's value counts; empty ones are left out.
  explicit Trie(std::vector<Entry> entries);

  bool empty() const { return nodes_.size() <= 1; }

  // Calls visit(length, value) for each string that `text` begins with, shortest first.
  template <class Visit>
  void ForEachPrefix(absl::string_view text, const Visit& visit) const {
    if (text.empty()) return;
    std::int32_t node = first_[static_cast<unsigned char>(text[0])];
    for (std::size_t i = 0; node > 0;) {
      ++i;
      const Node& here = nodes_[static_cast<std::size_t>(node)];
      if (here.value >= 0) visit(i, here.value);
      if (i >= text.size()) return;
      node = Child(here, static_cast<unsigned char>(text[i]));
    }
  }

  // Length 0 where there is none.
  std::pair<std::size_t, std::int32_t> LongestPrefix(absl::string_view text) const {
    std::pair<std::size_t, std::int32_t> longest{0, -1};
    ForEachPrefix(text, [&](std::size_t length, std::int32_t value) { longest = {length, value}; });
    return longest;
  }

 private:
  struct Node {
    std::int32_t value = -1;
    std::uint32_t first_child = 0;  // children have consecutive numbers
    std::uint32_t children = 0;
  };

  std::int32_t Child(const Node& node, unsigned char byte) const;

  std::vector<Node> nodes_;
  std::vector<unsigned char> labels_;      // of each node, sorted among siblings
  std::array<std::int32_t, 256> first_{};  // the root's children; 0: none
};

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_TRIE_H_

#include "common/text/tokenizer/trie.h"

#include <algorithm>
#include <deque>

namespace clientele::text::tokenization {

Trie::Trie(std::vector<Entry> entries) {
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) { return a.first < b.first; });
  nodes_.emplace_back();
  labels_.push_back(0);
  // Entries [begin, end) share the first `depth` bytes, those of the node.
  struct Range {
    std::size_t node;
    std::size_t begin;
    std::size_t end;
    std::size_t depth;
  };
  std::deque<Range> pending = {{0, 0, entries.size(), 0}};
  while (!pending.empty()) {
    Range range = pending.front();
    pending.pop_front();
    // Entries that end here come first.
    while (range.begin < range.end && entries[range.begin].first.size() == range.depth) {
      if (range.depth > 0) nodes_[range.node].value = entries[range.begin].second;
      ++range.begin;
    }
    nodes_[range.node].first_child = static_cast<std::uint32_t>(nodes_.size());
    while (range.begin < range.end) {
      const char label = entries[range.begin].first[range.depth];
      std::size_t end = range.begin;
      while (end < range.end && entries[end].first[range.depth] == label) ++end;
      pending.push_back({nodes_.size(), range.begin, end, range.depth + 1});
      nodes_.emplace_back();
      labels_.push_back(static_cast<unsigned char>(label));
      ++nodes_[range.node].children;
      range.begin = end;
    }
  }
  for (std::uint32_t i = 0; i < nodes_[0].children; ++i) {
    const std::uint32_t child = nodes_[0].first_child + i;
    first_[labels_[child]] = static_cast<std::int32_t>(child);
  }
}

std::int32_t Trie::Child(const Node& node, unsigned char byte) const {
  const auto begin = labels_.begin() + node.first_child;
  const auto end = begin + node.children;
  const auto found =
      node.children < 8 ? std::find(begin, end, byte) : std::lower_bound(begin, end, byte);
  if (found == end || *found != byte) return 0;
  return static_cast<std::int32_t>(found - labels_.begin());
}

}  // namespace clientele::text::tokenization

#include "common/text/tokenizer/charsmap.h"

#include "absl/status/status.h"

#include "common/text/utf8.h"

namespace clientele::text::tokenization {
namespace {

std::uint32_t ReadLittleEndian(absl::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  }
  return value;
}

// The fields of a unit of a double array as darts-clone lays them out.
bool HasLeaf(std::uint32_t unit) { return (unit >> 8 & 1) == 1; }
std::uint32_t Value(std::uint32_t unit) { return unit & 0x7FFFFFFF; }
std::uint32_t Label(std::uint32_t unit) { return unit & 0x800000FF; }
std::uint32_t Offset(std::uint32_t unit) { return (unit >> 10) << ((unit & 0x200) >> 6); }

}  // namespace

absl::StatusOr<Charsmap> Charsmap::Parse(absl::string_view bytes) {
  Charsmap map;
  if (bytes.empty()) return map;
  if (bytes.size() < 4) return absl::InvalidArgumentError("the map is cut off");
  const std::size_t trie_size = ReadLittleEndian(bytes, 0);
  if (trie_size % 4 != 0 || trie_size > bytes.size() - 4) {
    return absl::InvalidArgumentError("the map's trie does not fit its size");
  }
  map.units_.reserve(trie_size / 4);
  for (std::size_t at = 4; at < 4 + trie_size; at += 4) {
    map.units_.push_back(ReadLittleEndian(bytes, at));
  }
  map.targets_ = std::string(bytes.substr(4 + trie_size));
  if (!IsValidUtf8(map.targets_))
    return absl::InvalidArgumentError("the map's targets are not UTF-8");
  return map;
}

std::optional<Charsmap::Found> Charsmap::Prefix(absl::string_view text, bool longest) const {
  std::optional<Found> found;
  if (units_.empty()) return found;
  std::size_t node = Offset(units_[0]);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == 0) break;
    node ^= byte;
    if (node >= units_.size()) break;
    const std::uint32_t unit = units_[node];
    if (Label(unit) != byte) break;
    node ^= Offset(unit);
    if (!HasLeaf(unit)) continue;
    if (node >= units_.size()) break;
    const std::uint32_t begin = Value(units_[node]);
    if (begin > targets_.size()) break;
    std::size_t end = targets_.find('\0', begin);
    if (end == std::string::npos) end = targets_.size();
    // A target that begins inside a character is a damaged map's.
    const absl::string_view target = absl::string_view(targets_).substr(begin, end - begin);
    if (!target.empty() && (static_cast<unsigned char>(target[0]) & 0xC0) == 0x80) break;
    found = Found{i + 1, target};
    if (!longest) break;
  }
  return found;
}

}  // namespace clientele::text::tokenization

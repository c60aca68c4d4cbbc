#include "common/text/tokenizer/encoding.h"

#include <algorithm>

namespace clientele::text {
namespace {

// Every 64th byte's count of characters: a lookup walks at most 63 bytes.
constexpr std::size_t kStride = 64;

bool StartsCharacter(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

}  // namespace

std::vector<ByteSpan> ToCharacterOffsets(absl::string_view text,
                                         const std::vector<ByteSpan>& spans) {
  std::vector<std::uint32_t> counts;
  counts.reserve(text.size() / kStride + 1);
  std::uint32_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i % kStride == 0) counts.push_back(count);
    if (StartsCharacter(text[i])) ++count;
  }
  if (text.size() % kStride == 0) counts.push_back(count);

  const auto characters_before = [&](std::uint32_t byte) {
    const std::size_t end = std::min<std::size_t>(byte, text.size());
    std::uint32_t characters = counts[end / kStride];
    for (std::size_t i = end / kStride * kStride; i < end; ++i) {
      if (StartsCharacter(text[i])) ++characters;
    }
    return characters;
  };
  std::vector<ByteSpan> offsets;
  offsets.reserve(spans.size());
  for (const ByteSpan& span : spans) {
    offsets.push_back({characters_before(span.begin), characters_before(span.end)});
  }
  return offsets;
}

}  // namespace clientele::text

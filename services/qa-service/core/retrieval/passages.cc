#include "services/qa-service/core/retrieval/passages.h"

#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"

#include "common/text/segmentation.h"

namespace clientele::qa {
namespace {

// The code point that starts at `at`, in valid UTF-8.
std::uint32_t CodePointAt(absl::string_view text, std::size_t at, std::size_t& length) {
  const auto lead = static_cast<unsigned char>(text[at]);
  length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (at + length > text.size()) {
    length = 1;
    return lead;
  }
  std::uint32_t value = length == 1 ? lead : lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    value = (value << 6) | (static_cast<unsigned char>(text[at + i]) & 0x3Fu);
  }
  return value;
}

// The blocks of Chinese characters in everyday use (Unicode 15): CJK Unified
// Ideographs, extension A, and compatibility ideographs.
bool IsHan(std::uint32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x2FFFF);
}

// ASCII white space, no-break space and ideographic space.
std::size_t SpaceLengthAt(absl::string_view text, std::size_t at) {
  if (absl::ascii_isspace(static_cast<unsigned char>(text[at]))) return 1;
  if (text.substr(at, 2) == "\xC2\xA0") return 2;
  if (text.substr(at, 3) == "\xE3\x80\x80") return 3;
  return 0;
}

Passage Trim(absl::string_view text, Passage range) {
  while (range.begin < range.end) {
    const std::size_t n = SpaceLengthAt(text, range.begin);
    if (n == 0) break;
    range.begin += n;
  }
  while (range.begin < range.end) {
    std::size_t last = range.end - 1;
    while (last > range.begin && (static_cast<unsigned char>(text[last]) & 0xC0) == 0x80) --last;
    if (SpaceLengthAt(text, last) != range.end - last) break;
    range.end = last;
  }
  return range;
}

// A word, or a character that is half of one, with its place.
struct Unit {
  std::size_t begin;
  std::size_t end;
  double weight;
};

std::vector<Unit> Units(absl::string_view text, const Passage& range) {
  std::vector<Unit> units;
  for (const text::Segment& word : text::Words(text.substr(range.begin, range.end - range.begin))) {
    std::size_t at = range.begin + word.begin;
    const std::size_t end = range.begin + word.end;
    std::size_t start = at;
    while (at < end) {
      std::size_t length = 1;
      if (IsHan(CodePointAt(text, at, length))) {
        if (start < at) units.push_back({start, at, 1.0});
        units.push_back({at, at + length, 0.5});
        start = at + length;
      }
      at += length;
    }
    if (start < end) units.push_back({start, end, 1.0});
  }
  return units;
}

double Weight(const std::vector<Unit>& units) {
  double weight = 0;
  for (const Unit& unit : units) weight += unit.weight;
  return weight;
}

struct Piece {
  Passage range;
  double weight;
};

// Appends a piece, in parts of at most `max_bytes` whole characters.
void AppendParts(absl::string_view text, const Piece& piece, std::size_t max_bytes,
                 std::vector<Piece>& pieces) {
  Passage rest = Trim(text, piece.range);
  const std::size_t length = rest.end - rest.begin;
  while (rest.end - rest.begin > max_bytes) {
    std::size_t end = rest.begin + max_bytes;
    while (end > rest.begin + 1 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    const Passage part = Trim(text, {rest.begin, end});
    if (part.begin < part.end) {
      const double share = static_cast<double>(part.end - part.begin) / static_cast<double>(length);
      pieces.push_back({part, piece.weight * share});
    }
    rest = Trim(text, {end, rest.end});
  }
  if (rest.begin == rest.end) return;
  const double share = static_cast<double>(rest.end - rest.begin) / static_cast<double>(length);
  pieces.push_back({rest, piece.weight * share});
}

// Appends a sentence, in pieces of at most the options' units and bytes where it is longer.
void AppendPieces(absl::string_view text, const Passage& sentence, const PassageOptions& options,
                  std::vector<Piece>& pieces) {
  const std::vector<Unit> units = Units(text, sentence);
  const double total = Weight(units);
  std::size_t begin = sentence.begin;
  double held = 0;
  if (total > options.max_units || sentence.end - sentence.begin > options.max_bytes) {
    for (const Unit& unit : units) {
      const bool full =
          held + unit.weight > options.max_units || unit.end - begin > options.max_bytes;
      if (held > 0 && full) {
        AppendParts(text, {{begin, unit.begin}, held}, options.max_bytes, pieces);
        begin = unit.begin;
        held = 0;
      }
      held += unit.weight;
    }
  } else {
    held = total;
  }
  AppendParts(text, {{begin, sentence.end}, held}, options.max_bytes, pieces);
}

// Whether the piece may join the passage before it.
bool Joins(const Piece& passage, const Piece& piece, const PassageOptions& options) {
  return passage.weight + piece.weight <= options.max_units &&
         piece.range.end - passage.range.begin <= options.max_bytes;
}

}  // namespace

std::vector<Passage> SplitPassages(absl::string_view body, const PassageOptions& options) {
  std::vector<Piece> pieces;
  for (const text::Segment& sentence : text::Sentences(body)) {
    AppendPieces(body, {sentence.begin, sentence.end}, options, pieces);
  }
  std::vector<Piece> joined;
  for (const Piece& piece : pieces) {
    if (!joined.empty() && joined.back().weight < options.min_units &&
        Joins(joined.back(), piece, options)) {
      joined.back().range.end = piece.range.end;
      joined.back().weight += piece.weight;
    } else {
      joined.push_back(piece);
    }
  }
  // A short rest joins the passage before it where there is room.
  if (joined.size() > 1 && joined.back().weight < options.min_units / 2 &&
      Joins(joined[joined.size() - 2], joined.back(), options)) {
    joined[joined.size() - 2].range.end = joined.back().range.end;
    joined.pop_back();
  }
  std::vector<Passage> passages;
  passages.reserve(joined.size());
  for (const Piece& piece : joined) passages.push_back(piece.range);
  return passages;
}

}  // namespace clientele::qa

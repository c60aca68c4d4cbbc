#include "common/text/tokenizer/word_scanners.h"

#include <array>
#include <cstdint>

#include <unicode/uchar.h>

#include "common/text/tokenizer/code_points.h"

namespace clientele::text::tokenization {

const char kGpt2Expression[] =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
const char kQwen2Expression[] =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

namespace {

enum class Kind : std::uint8_t { kLetter, kNumber, kSpace, kOther };

Kind Classify(char32_t c) {
  if (c < 0x80) {
    static const std::array<Kind, 128> kinds = [] {
      std::array<Kind, 128> table{};
      for (char32_t i = 0; i < 128; ++i) {
        table[i] = (i >= 'a' && i <= 'z') || (i >= 'A' && i <= 'Z') ? Kind::kLetter
                   : i >= '0' && i <= '9'                           ? Kind::kNumber
                   : IsWhiteSpace(i)                                ? Kind::kSpace
                                                                    : Kind::kOther;
      }
      return table;
    }();
    return kinds[c];
  }
  const std::uint32_t category = U_MASK(u_charType(static_cast<UChar32>(c)));
  if ((category & U_GC_L_MASK) != 0) return Kind::kLetter;
  if ((category & U_GC_N_MASK) != 0) return Kind::kNumber;
  return IsWhiteSpace(c) ? Kind::kSpace : Kind::kOther;
}

Kind KindAt(absl::string_view text, std::size_t at) { return Classify(NextCodePoint(text, at)); }

void SkipRun(absl::string_view text, Kind kind, std::size_t& at) {
  while (at < text.size()) {
    std::size_t next = at;
    if (Classify(NextCodePoint(text, next)) != kind) return;
    at = next;
  }
}

// 's 't 're 've 'm 'll 'd; 0 where there is none.
std::size_t ContractionLength(absl::string_view rest, bool ignore_case) {
  if (rest.size() < 2 || rest[0] != '\'') return 0;
  const auto lower = [&](std::size_t i) {
    const char c = i < rest.size() ? rest[i] : '\0';
    return ignore_case && c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  };
  const char first = lower(1);
  if (first == 's' || first == 't' || first == 'm' || first == 'd') return 2;
  if ((first == 'r' || first == 'v') && lower(2) == 'e') return 3;
  if (first == 'l' && lower(2) == 'l') return 3;
  // U+017F folds to s.
  if (ignore_case && rest.substr(1, 2) == "\xC5\xBF") return 3;
  return 0;
}

// \s+(?!\S)|\s+ : white space up to, but not with, the last before something visible.
void SkipSpaces(absl::string_view text, std::size_t& at) {
  const std::size_t begin = at;
  SkipRun(text, Kind::kSpace, at);
  if (at == text.size()) return;
  const std::size_t last = PreviousCharacter(text, at);
  if (last > begin) at = last;
}

void ScanGpt2(absl::string_view text, std::size_t& at) {
  if (const std::size_t length = ContractionLength(text.substr(at), false)) {
    at += length;
    return;
  }
  std::size_t word = at;
  if (text[at] == ' ' && at + 1 < text.size()) ++word;
  const Kind kind = KindAt(text, word);
  if (kind == Kind::kSpace) {
    SkipSpaces(text, at);
    return;
  }
  SkipRun(text, kind, word);
  at = word;
}

bool IsLineEnd(char c) { return c == '\r' || c == '\n'; }

void ScanQwen2(absl::string_view text, std::size_t& at) {
  if (const std::size_t length = ContractionLength(text.substr(at), true)) {
    at += length;
    return;
  }
  // [^\r\n\p{L}\p{N}]?\p{L}+
  const Kind kind = KindAt(text, at);
  if (kind == Kind::kLetter) {
    SkipRun(text, Kind::kLetter, at);
    return;
  }
  std::size_t next = at;
  NextCodePoint(text, next);
  if (kind != Kind::kNumber && !IsLineEnd(text[at]) && next < text.size() &&
      KindAt(text, next) == Kind::kLetter) {
    SkipRun(text, Kind::kLetter, next);
    at = next;
    return;
  }
  if (kind == Kind::kNumber) {
    at = next;
    return;
  }
  //  ?[^\s\p{L}\p{N}]+[\r\n]*
  std::size_t symbols = at;
  if (text[at] == ' ' && next < text.size()) symbols = next;
  if (KindAt(text, symbols) == Kind::kOther) {
    SkipRun(text, Kind::kOther, symbols);
    while (symbols < text.size() && IsLineEnd(text[symbols])) ++symbols;
    at = symbols;
    return;
  }
  // \s*[\r\n]+ : white space up to its last line end.
  std::size_t end = at;
  SkipRun(text, Kind::kSpace, end);
  for (std::size_t i = end; i > at; --i) {
    if (IsLineEnd(text[i - 1])) {
      at = i;
      return;
    }
  }
  SkipSpaces(text, at);
}

}  // namespace

WordScanner ScannerOf(absl::string_view expression) {
  if (expression == kGpt2Expression) return ScanGpt2;
  if (expression == kQwen2Expression) return ScanQwen2;
  return nullptr;
}

}  // namespace clientele::text::tokenization

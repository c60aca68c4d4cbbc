#include "common/text/tokenizer/oniguruma_syntax.h"

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/text/tokenizer/code_points.h"

namespace clientele::text::tokenization {
namespace {

constexpr std::size_t kNoAtom = static_cast<std::size_t>(-1);
// More repetitions are left to ICU.
constexpr int kMaxRepeats = 16;

// What stands for an escape, inside a set without its own brackets; null where ICU agrees.
const char* Replacement(char escape, bool in_set) {
  switch (escape) {
    case 's':
      return "\\p{White_Space}";
    case 'S':
      return "\\P{White_Space}";
    case 'w':
      return in_set ? "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}"
                    : "[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}]";
    case 'W':
      return "[^\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}]";
    case 'h':
      return in_set ? "0-9a-fA-F" : "[0-9a-fA-F]";
    case 'H':
      return "[^0-9a-fA-F]";
    default:
      return nullptr;
  }
}

// A character that begins at `atom` as a set, which ICU repeats without stack; not as a set of one,
// which ICU takes for the character: beside it is a surrogate, which no text has.
void MakeSet(std::size_t atom, std::string& icu) {
  const absl::string_view text = absl::string_view(icu).substr(atom);
  if (text.empty() || text[0] == '.' || text[0] == '\\' || text[0] == '[') return;
  std::size_t at = 0;
  const char32_t c = NextCodePoint(text, at);
  if (at != text.size()) return;
  icu.resize(atom);
  absl::StrAppend(&icu, "[\\x{", absl::Hex(static_cast<std::uint32_t>(c)), "}\\x{D800}]");
}

}  // namespace

absl::StatusOr<std::string> ToIcuExpression(absl::string_view oniguruma) {
  std::string icu;
  icu.reserve(oniguruma.size() + 32);
  int set_depth = 0;
  bool extended = false;       // white space may stand for nothing
  std::size_t atom = kNoAtom;  // where the last character, class or set begins in `icu`
  for (std::size_t i = 0; i < oniguruma.size(); ++i) {
    const char c = oniguruma[i];
    if (c == '\\' && i + 1 < oniguruma.size()) {
      const char escape = oniguruma[++i];
      if (set_depth == 0) atom = icu.size();
      if (const char* replacement = Replacement(escape, set_depth > 0)) {
        icu += replacement;
      } else {
        icu += c;
        icu += escape;
        // \p{L}, \x{61}: these braces are no quantifier.
        if (i + 1 < oniguruma.size() && oniguruma[i + 1] == '{' &&
            (escape == 'p' || escape == 'P' || escape == 'x')) {
          const std::size_t end = oniguruma.find('}', i);
          if (end != absl::string_view::npos) {
            icu.append(oniguruma.data() + i + 1, end - i);
            i = end;
          }
        }
      }
      continue;
    }
    if (c == '[') {
      // [[:alpha:]] is one set with a class inside.
      if (set_depth > 0 && oniguruma.substr(i, 2) == "[:") {
        const std::size_t end = oniguruma.find(":]", i + 2);
        if (end != absl::string_view::npos) {
          icu.append(oniguruma.data() + i, end + 2 - i);
          i = end + 1;
          continue;
        }
      }
      if (set_depth++ == 0) atom = icu.size();
      icu += c;
      // A bracket that comes first is a member of the set.
      if (i + 1 < oniguruma.size() && oniguruma[i + 1] == '^') icu += oniguruma[++i];
      if (i + 1 < oniguruma.size() && oniguruma[i + 1] == ']') {
        icu += "\\]";
        ++i;
      }
      continue;
    }
    if (c == ']' && set_depth > 0) {
      --set_depth;
      icu += c;
      continue;
    }
    if (set_depth == 0 && c == '(' && oniguruma.substr(i, 2) == "(?") {
      // Flags: only m differs.
      std::size_t end = i + 2;
      while (end < oniguruma.size() && (oniguruma[end] == 'i' || oniguruma[end] == 'm' ||
                                        oniguruma[end] == 'x' || oniguruma[end] == '-')) {
        ++end;
      }
      if (end > i + 2 && end < oniguruma.size() &&
          (oniguruma[end] == ')' || oniguruma[end] == ':')) {
        for (; i <= end; ++i) {
          extended = extended || oniguruma[i] == 'x';
          icu += oniguruma[i] == 'm' ? 's' : oniguruma[i];
        }
        --i;
        continue;
      }
    }
    if (set_depth == 0 && c == '}' && i + 1 < oniguruma.size() && oniguruma[i + 1] == '+') {
      return absl::InvalidArgumentError("{n,m}+ is not supported in a regular expression");
    }
    if (set_depth == 0 && c == '{' && atom != kNoAtom) {
      // x{2,} as xx+, which needs no stack.
      const std::size_t end = oniguruma.find('}', i);
      int least = 0;
      if (end != absl::string_view::npos && oniguruma[end - 1] == ',' &&
          absl::SimpleAtoi(oniguruma.substr(i + 1, end - i - 2), &least) && least >= 1 &&
          least <= kMaxRepeats && oniguruma.substr(end + 1, 1) != "+") {
        std::string repeated;
        for (int k = 1; k < least; ++k) repeated += icu.substr(atom);
        icu.insert(atom, repeated);
        atom += repeated.size();
        if (!extended) MakeSet(atom, icu);
        icu += '+';
        i = end;
        atom = kNoAtom;
        continue;
      }
    }
    if (set_depth == 0 && (c == '+' || c == '*') && atom != kNoAtom && !extended) {
      MakeSet(atom, icu);
    }
    if (set_depth == 0) {
      // The bytes behind a character's first belong to it.
      const bool continues = (static_cast<unsigned char>(c) & 0xC0) == 0x80;
      if (!continues) {
        atom = absl::string_view("()|*+?{}^$").find(c) == absl::string_view::npos ? icu.size()
                                                                                  : kNoAtom;
      }
    }
    icu += c;
  }
  return icu;
}

}  // namespace clientele::text::tokenization

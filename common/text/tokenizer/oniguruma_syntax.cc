#include "common/text/tokenizer/oniguruma_syntax.h"

#include <cstddef>

#include "absl/status/status.h"

namespace clientele::text::tokenization {
namespace {

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

}  // namespace

absl::StatusOr<std::string> ToIcuExpression(absl::string_view oniguruma) {
  std::string icu;
  icu.reserve(oniguruma.size() + 32);
  int set_depth = 0;
  for (std::size_t i = 0; i < oniguruma.size(); ++i) {
    const char c = oniguruma[i];
    if (c == '\\' && i + 1 < oniguruma.size()) {
      const char escape = oniguruma[++i];
      if (const char* replacement = Replacement(escape, set_depth > 0)) {
        icu += replacement;
      } else {
        icu += c;
        icu += escape;
        // \p{L}, \x{61}: these braces are no quantifier.
        if (i + 1 < oniguruma.size() && oniguruma[i + 1] == '{') {
          const std::size_t end = oniguruma.find('}', i);
          if (end != absl::string_view::npos && escape != '{' && escape != '}') {
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
      ++set_depth;
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
      while (end < oniguruma.size() &&
             (oniguruma[end] == 'i' || oniguruma[end] == 'm' || oniguruma[end] == 'x' ||
              oniguruma[end] == '-')) {
        ++end;
      }
      if (end > i + 2 && end < oniguruma.size() &&
          (oniguruma[end] == ')' || oniguruma[end] == ':')) {
        for (; i <= end; ++i) icu += oniguruma[i] == 'm' ? 's' : oniguruma[i];
        --i;
        continue;
      }
    }
    if (set_depth == 0 && c == '}' && i + 1 < oniguruma.size() && oniguruma[i + 1] == '+') {
      return absl::InvalidArgumentError("{n,m}+ is not supported in a regular expression");
    }
    icu += c;
  }
  return icu;
}

}  // namespace clientele::text::tokenization

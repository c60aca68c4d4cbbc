#include "common/text/chat/text_functions.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "common/text/characters.h"
#include "common/text/chat/operations.h"

namespace clientele::text::chat {
namespace {

char32_t CharacterAt(const std::string& bytes, std::size_t begin, std::size_t end) {
  const std::u32string characters = Characters(absl::string_view(bytes).substr(begin, end - begin));
  return characters.empty() ? U'\0' : characters.front();
}

// Python's str.isspace: White_Space and the four information separators.
bool IsPythonSpace(char32_t c) { return IsSpace(c) || (c >= 0x1c && c <= 0x1f); }

// One character in upper or lower case, which may be several.
std::string Mapped(char32_t c, bool upper) {
  icu::UnicodeString mapped(static_cast<UChar32>(c));
  if (upper) {
    mapped.toUpper(icu::Locale::getRoot());
  } else {
    mapped.toLower(icu::Locale::getRoot());
  }
  std::string utf8;
  mapped.toUTF8String(utf8);
  return utf8;
}

bool IsLineEnd(char32_t c) {
  return (c >= 0x0a && c <= 0x0d) || (c >= 0x1c && c <= 0x1e) || c == 0x85 || c == 0x2028 ||
         c == 0x2029;
}

// Words between white space.
std::vector<TracedText> SplitWords(const TracedText& text, std::int64_t max, bool from_right) {
  const std::vector<std::size_t> offsets = CharacterOffsets(text.bytes());
  const std::size_t size = offsets.size() - 1;
  std::vector<TextSpan> words;  // of characters
  for (std::size_t i = 0; i < size; ++i) {
    if (IsPythonSpace(CharacterAt(text.bytes(), offsets[i], offsets[i + 1]))) continue;
    if (!words.empty() && words.back().end == i) {
      words.back().end = i + 1;
    } else {
      words.push_back({i, i + 1});
    }
  }
  if (max >= 0 && words.size() > static_cast<std::size_t>(max) + 1) {
    // What is left is one word, without the white space around it.
    const std::size_t extra = words.size() - static_cast<std::size_t>(max) - 1;
    if (from_right) {
      words[extra].begin = 0;  // leading white space stays
      words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(extra));
    } else {
      words[words.size() - 1 - extra].end = words.back().end;
      words.resize(words.size() - extra);
      words.back().end = size;  // trailing white space stays
    }
  }
  std::vector<TracedText> parts;
  parts.reserve(words.size());
  for (const TextSpan& word : words) {
    parts.push_back(text.Substring(offsets[word.begin], offsets[word.end]));
  }
  return parts;
}

}  // namespace

TracedText Strip(const TracedText& text, Side side, std::optional<absl::string_view> characters) {
  const std::vector<std::size_t> offsets = CharacterOffsets(text.bytes());
  const std::u32string dropped = characters.has_value() ? Characters(*characters) : U"";
  const auto is_dropped = [&](std::size_t i) {
    const char32_t c = CharacterAt(text.bytes(), offsets[i], offsets[i + 1]);
    return characters.has_value() ? dropped.find(c) != std::u32string::npos : IsPythonSpace(c);
  };
  std::size_t begin = 0;
  std::size_t end = offsets.size() - 1;
  while (side != Side::kRight && begin < end && is_dropped(begin)) ++begin;
  while (side != Side::kLeft && begin < end && is_dropped(end - 1)) --end;
  return text.Substring(offsets[begin], offsets[end]);
}

TracedText WithCase(const TracedText& text, Case to) {
  const std::vector<std::size_t> offsets = CharacterOffsets(text.bytes());
  TracedText result;
  bool starts_word = true;
  for (std::size_t i = 0; i + 1 < offsets.size(); ++i) {
    const char32_t c = CharacterAt(text.bytes(), offsets[i], offsets[i + 1]);
    const bool upper = to == Case::kUpper || (to == Case::kTitle && starts_word) ||
                       (to == Case::kCapitalized && i == 0);
    const std::string mapped = Mapped(c, upper);
    if (mapped == absl::string_view(text.bytes()).substr(offsets[i], offsets[i + 1] - offsets[i])) {
      result.Append(text, offsets[i], offsets[i + 1]);
    } else {
      result.AppendInstead(text, offsets[i], mapped);
    }
    starts_word = u_isalpha(static_cast<UChar32>(c)) == 0;
  }
  return result;
}

TracedText HeadlineCase(const TracedText& text) {
  const std::vector<std::size_t> offsets = CharacterOffsets(text.bytes());
  TracedText result;
  bool starts_word = true;
  for (std::size_t i = 0; i + 1 < offsets.size(); ++i) {
    const char32_t c = CharacterAt(text.bytes(), offsets[i], offsets[i + 1]);
    result.AppendInstead(text, offsets[i], Mapped(c, starts_word));
    constexpr std::u32string_view kBefore = U"-({[<";
    starts_word = IsPythonSpace(c) || kBefore.find(c) != std::u32string_view::npos;
  }
  return result;
}

absl::StatusOr<TracedText> Replaced(const TracedText& text, const TracedText& from,
                                    const TracedText& to, std::int64_t count, Budget& budget) {
  std::vector<std::size_t> found;
  const auto wanted = [&] { return count < 0 || found.size() < static_cast<std::size_t>(count); };
  if (from.empty()) {
    // Before each character and at the end.
    for (const std::size_t at : CharacterOffsets(text.bytes())) {
      if (wanted()) found.push_back(at);
    }
  } else {
    std::size_t at = text.bytes().find(from.bytes());
    while (at != std::string::npos && wanted()) {
      found.push_back(at);
      at = text.bytes().find(from.bytes(), at + from.size());
    }
  }
  CLIENTELE_RETURN_IF_ERROR(budget.Bytes(text.size() + found.size() * to.size()));
  TracedText result;
  std::size_t done = 0;
  for (const std::size_t at : found) {
    result.Append(text, done, at);
    result.Append(to);
    done = at + from.size();
  }
  result.Append(text, done, text.size());
  return result;
}

absl::StatusOr<std::vector<TracedText>> SplitText(const TracedText& text,
                                                  std::optional<absl::string_view> separator,
                                                  std::int64_t max, bool from_right) {
  if (!separator.has_value()) return SplitWords(text, max, from_right);
  if (separator->empty()) return absl::InvalidArgumentError("the separator of a split is empty");
  const std::string& bytes = text.bytes();
  const std::string mark(*separator);
  std::vector<std::size_t> found;
  const auto wanted = [&] { return max < 0 || found.size() < static_cast<std::size_t>(max); };
  if (from_right) {
    std::size_t at = bytes.rfind(mark);
    while (at != std::string::npos && wanted()) {
      found.push_back(at);
      at = at < mark.size() ? std::string::npos : bytes.rfind(mark, at - mark.size());
    }
    std::reverse(found.begin(), found.end());
  } else {
    std::size_t at = bytes.find(mark);
    while (at != std::string::npos && wanted()) {
      found.push_back(at);
      at = bytes.find(mark, at + mark.size());
    }
  }
  std::vector<TracedText> parts;
  std::size_t done = 0;
  for (const std::size_t at : found) {
    parts.push_back(text.Substring(done, at));
    done = at + mark.size();
  }
  parts.push_back(text.Substring(done, text.size()));
  return parts;
}

std::vector<TracedText> Lines(const TracedText& text) {
  const std::vector<std::size_t> offsets = CharacterOffsets(text.bytes());
  std::vector<TracedText> lines;
  std::size_t begin = 0;
  for (std::size_t i = 0; i + 1 < offsets.size(); ++i) {
    const char32_t c = CharacterAt(text.bytes(), offsets[i], offsets[i + 1]);
    if (!IsLineEnd(c)) continue;
    lines.push_back(text.Substring(begin, offsets[i]));
    if (c == '\r' && offsets[i + 1] < text.size() && text.bytes()[offsets[i + 1]] == '\n') ++i;
    begin = offsets[i + 1];
  }
  if (begin < text.size()) lines.push_back(text.Substring(begin, text.size()));
  return lines;
}

absl::StatusOr<TracedText> Joined(const std::vector<TracedText>& parts, const TracedText& separator,
                                  Budget& budget) {
  TracedText joined;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    CLIENTELE_RETURN_IF_ERROR(budget.Bytes(parts[i].size() + separator.size()));
    if (i > 0) joined.Append(separator);
    joined.Append(parts[i]);
  }
  return joined;
}

TracedText EscapedHtml(const TracedText& text) {
  TracedText escaped;
  for (std::size_t i = 0; i < text.size(); ++i) {
    switch (text.bytes()[i]) {
      case '&':
        escaped.AppendInstead(text, i, "&amp;");
        break;
      case '<':
        escaped.AppendInstead(text, i, "&lt;");
        break;
      case '>':
        escaped.AppendInstead(text, i, "&gt;");
        break;
      case '\'':
        escaped.AppendInstead(text, i, "&#39;");
        break;
      case '"':
        escaped.AppendInstead(text, i, "&#34;");
        break;
      default:
        escaped.Append(text, i, i + 1);
    }
  }
  return escaped;
}

bool IsWhiteSpaceText(absl::string_view text) {
  const std::u32string characters = Characters(text);
  return !characters.empty() && std::all_of(characters.begin(), characters.end(), IsPythonSpace);
}

}  // namespace clientele::text::chat

#include "common/text/markup.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

#include "common/text/html_text.h"

namespace clientele::text {
namespace {

using Kind = MarkupBlock::Kind;

bool IsSpace(char c) { return absl::ascii_isspace(static_cast<unsigned char>(c)); }
bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }
bool IsWordByte(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Length of the mark of emphasis, of code or of what is struck out that begins at `at`; 0 for none.
// '_' and a single '*' are marks only at a word's edge: "a_b", "2 * 3".
std::size_t EmphasisAt(absl::string_view text, std::size_t at) {
  const char c = text[at];
  if (c == '`') {
    std::size_t end = at;
    while (end < text.size() && text[end] == '`') ++end;
    return end - at;
  }
  if (c == '~') return absl::StartsWith(text.substr(at), "~~") ? 2 : 0;
  if (c != '*' && c != '_') return 0;
  std::size_t end = at;
  while (end < text.size() && text[end] == c) ++end;
  const bool space_before = at == 0 || IsSpace(text[at - 1]);
  const bool space_behind = end == text.size() || IsSpace(text[end]);
  if (space_before && space_behind) return 0;
  const bool inside_word =
      at > 0 && end < text.size() && IsWordByte(text[at - 1]) && IsWordByte(text[end]);
  if (inside_word && (c == '_' || end - at == 1)) return 0;
  return end - at;
}

constexpr std::size_t kMaxLinkBytes = 2000;

// The text of a link or picture that begins at `at` ("[text](address)", "![text](address)",
// "[text][label]"), and the length of the whole; 0 for none.
absl::string_view LinkAt(absl::string_view text, std::size_t at, std::size_t& length) {
  length = 0;
  text = text.substr(0, at + kMaxLinkBytes);
  const std::size_t open = text[at] == '!' ? at + 1 : at;
  if (open >= text.size() || text[open] != '[') return "";
  int depth = 0;
  std::size_t close = open;
  for (; close < text.size(); ++close) {
    if (text[close] == '\\') {
      ++close;
    } else if (text[close] == '[') {
      ++depth;
    } else if (text[close] == ']' && --depth == 0) {
      break;
    }
  }
  if (close + 1 >= text.size()) return "";
  const char bracket = text[close + 1];
  if (bracket != '(' && bracket != '[') return "";
  const std::size_t end = text.find(bracket == '(' ? ')' : ']', close + 2);
  if (end == absl::string_view::npos) return "";
  length = end + 1 - at;
  return text.substr(open + 1, close - open - 1);
}

constexpr int kMaxNestedLinks = 8;

// The text of a line without the marks inside it.
void AppendInline(absl::string_view line, int depth, std::string& out) {
  for (std::size_t at = 0; at < line.size();) {
    std::size_t length = 0;
    const char c = line[at];
    if (c == '\\' && at + 1 < line.size() &&
        absl::ascii_ispunct(static_cast<unsigned char>(line[at + 1]))) {
      out += line[at + 1];
      at += 2;
      continue;
    }
    if (c == '&') {
      const std::string character = internal::CharacterReference(line, at, length);
      if (!character.empty()) {
        out += character;
        at += length;
        continue;
      }
    }
    if ((c == '[' || c == '!') && depth < kMaxNestedLinks) {
      const absl::string_view text = LinkAt(line, at, length);
      if (length > 0) {
        AppendInline(text, depth + 1, out);
        at += length;
        continue;
      }
    }
    if (c == '<') {  // an address; tags are gone already
      const std::size_t end = line.substr(0, at + kMaxLinkBytes).find('>', at);
      const absl::string_view inside =
          end == absl::string_view::npos ? "" : line.substr(at + 1, end - at - 1);
      if (absl::StartsWith(inside, "http://") || absl::StartsWith(inside, "https://") ||
          absl::StartsWith(inside, "mailto:")) {
        out += std::string(absl::StripPrefix(inside, "mailto:"));
        at = end + 1;
        continue;
      }
    }
    length = EmphasisAt(line, at);
    if (length > 0) {
      at += length;
      continue;
    }
    out += c;
    ++at;
  }
}

std::string InlineText(absl::string_view line) {
  std::string out;
  AppendInline(line, 0, out);
  // Runs of white space as one, none at the ends.
  std::string collapsed;
  for (const char c : out) {
    if (!IsSpace(c)) {
      collapsed += c;
    } else if (!collapsed.empty() && collapsed.back() != ' ') {
      collapsed += ' ';
    }
  }
  if (!collapsed.empty() && collapsed.back() == ' ') collapsed.pop_back();
  return collapsed;
}

// Lines of one sign, with or without spaces: "---", "* * *", "===".
bool IsRule(absl::string_view line, absl::string_view signs) {
  char sign = '\0';
  int count = 0;
  for (const char c : line) {
    if (IsSpace(c)) continue;
    if (!absl::StrContains(signs, c) || (sign != '\0' && c != sign)) return false;
    sign = c;
    ++count;
  }
  return count >= 3;
}

// Takes the mark of a list's entry off the line, with its task's box.
bool TakeListMark(absl::string_view& line) {
  std::size_t end = 0;
  if (!line.empty() && absl::StrContains("-*+", line[0])) {
    end = 1;
  } else if (absl::StartsWith(line, "•")) {
    end = absl::string_view("•").size();
  } else {
    while (end < line.size() && end < 9 && IsDigit(line[end])) ++end;
    if (end == 0 || end == line.size() || (line[end] != '.' && line[end] != ')')) return false;
    ++end;
  }
  if (end < line.size() && !IsSpace(line[end])) return false;
  line = absl::StripLeadingAsciiWhitespace(line.substr(end));
  if (line.size() >= 3 && line[0] == '[' && line[2] == ']' && absl::StrContains(" xX", line[1])) {
    line = absl::StripLeadingAsciiWhitespace(line.substr(3));
  }
  return true;
}

// The level of a heading's "#" marks, which are taken off the line; 0 for none.
int TakeHeadingMark(absl::string_view& line) {
  std::size_t level = 0;
  while (level < line.size() && line[level] == '#') ++level;
  if (level == 0 || level > 6 || (level < line.size() && !IsSpace(line[level]))) return 0;
  line = absl::StripAsciiWhitespace(line.substr(level));
  while (!line.empty() && line.back() == '#') line.remove_suffix(1);
  line = absl::StripTrailingAsciiWhitespace(line);
  return static_cast<int>(level);
}

// A table's row as its cells; empty for the row of dashes below its head.
std::string TableRow(absl::string_view line) {
  if (std::all_of(line.begin(), line.end(),
                  [](char c) { return IsSpace(c) || absl::StrContains("|-:", c); })) {
    return "";
  }
  std::string row;
  for (const absl::string_view cell : absl::StrSplit(line, '|')) {
    const std::string text = InlineText(cell);
    if (text.empty()) continue;
    if (!row.empty()) row += ", ";
    row += text;
  }
  return row;
}

class Reader {
 public:
  void Read(absl::string_view line) {
    absl::string_view text = absl::StripAsciiWhitespace(line);
    if (absl::StartsWith(text, "```") || absl::StartsWith(text, "~~~")) {
      in_code_ = !in_code_;
      Break();
      return;
    }
    if (in_code_) return Add(Kind::kCode, std::string(absl::StripTrailingAsciiWhitespace(line)));
    while (!text.empty() && text[0] == '>')
      text = absl::StripLeadingAsciiWhitespace(text.substr(1));
    if (text.empty()) return Break();
    if (IsRule(text, "=-") && continues_) {  // the heading's text was the line before
      blocks_.back().kind = Kind::kHeading;
      return Break();
    }
    if (IsRule(text, "-*_")) return Break();
    if (TakeHeadingMark(text) > 0) {
      Add(Kind::kHeading, InlineText(text));
      return Break();
    }
    if (text[0] == '|') return Add(Kind::kTableRow, TableRow(text));
    if (TakeListMark(text)) return Add(Kind::kListEntry, InlineText(text));
    std::string plain = InlineText(text);
    if (continues_ && GoesOn(blocks_.back().text, plain)) {
      blocks_.back().text += " " + plain;
      return;
    }
    Add(Kind::kParagraph, std::move(plain));
  }

  std::vector<MarkupBlock> Take() { return std::move(blocks_); }

 private:
  static bool GoesOn(absl::string_view before, absl::string_view line) {
    const char last = before.back();
    return !line.empty() && absl::ascii_islower(static_cast<unsigned char>(line[0])) &&
           (absl::ascii_isalnum(static_cast<unsigned char>(last)) || last == ',');
  }

  void Break() { continues_ = false; }
  void Add(Kind kind, std::string text) {
    if (text.empty()) return;
    blocks_.push_back({kind, std::move(text)});
    continues_ = kind == Kind::kParagraph || kind == Kind::kListEntry;
  }

  std::vector<MarkupBlock> blocks_;
  bool in_code_ = false;
  bool continues_ = false;  // the next line may belong to the last block
};

}  // namespace

std::vector<MarkupBlock> ReadMarkup(absl::string_view markup) {
  const std::string text = internal::WithoutTags(markup);
  Reader reader;
  for (absl::string_view line : absl::StrSplit(text, '\n')) reader.Read(line);
  return reader.Take();
}

std::string PlainText(absl::string_view markup) {
  std::string plain;
  for (const MarkupBlock& block : ReadMarkup(markup)) {
    if (!plain.empty()) plain += '\n';
    plain += block.text;
  }
  return plain;
}

}  // namespace clientele::text

#include "common/text/chat/lexer.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

#include "common/status/status_macros.h"
#include "common/text/characters.h"

namespace clientele::text::chat {
namespace {

using Kind = Token::Kind;

bool IsSpace(char c) { return absl::ascii_isspace(static_cast<unsigned char>(c)); }
bool IsNameStart(char c) { return c == '_' || absl::ascii_isalpha(static_cast<unsigned char>(c)); }
bool IsNamePart(char c) { return c == '_' || absl::ascii_isalnum(static_cast<unsigned char>(c)); }
bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

class Lexer {
 public:
  explicit Lexer(absl::string_view source)
      : source_(absl::StrReplaceAll(source, {{"\r\n", "\n"}, {"\r", "\n"}})) {
    if (absl::EndsWith(source_, "\n")) source_.pop_back();
  }

  absl::StatusOr<std::vector<Token>> Run() {
    while (at_ < source_.size()) {
      const std::size_t tag = FindTag();
      Data(tag);
      if (tag == source_.size()) break;
      CLIENTELE_RETURN_IF_ERROR(Tag());
    }
    Add(Kind::kEnd, "");
    return std::move(tokens_);
  }

 private:
  // The next "{%", "{{" or "{#", or the end.
  std::size_t FindTag() const {
    for (std::size_t i = source_.find('{', at_); i != std::string::npos && i + 1 < source_.size();
         i = source_.find('{', i + 1)) {
      const char next = source_[i + 1];
      if (next == '%' || next == '{' || next == '#') return i;
    }
    return source_.size();
  }

  // The data before the tag at `tag`, with what belongs to the tag's white space removed.
  void Data(std::size_t tag) {
    absl::string_view data = absl::string_view(source_).substr(at_, tag - at_);
    const char control = tag + 2 < source_.size() ? source_[tag + 2] : '\0';
    if (tag < source_.size() && control == '-') {
      data = absl::StripTrailingAsciiWhitespace(data);
    } else if (tag < source_.size() && control != '+' && source_[tag + 1] != '{') {
      const std::size_t line = data.rfind('\n');
      const std::size_t begin = line == absl::string_view::npos ? 0 : line + 1;
      if ((begin > 0 || at_line_start_) &&
          std::all_of(data.begin() + static_cast<std::ptrdiff_t>(begin), data.end(), IsSpace)) {
        data = data.substr(0, begin);
      }
    }
    if (!data.empty()) Add(Kind::kData, std::string(data));
    Advance(tag);
  }

  absl::Status Tag() {
    const char kind = source_[at_ + 1];
    if (kind == '#') return Comment();
    std::size_t open = at_ + 2;
    if (open < source_.size() && (source_[open] == '-' || source_[open] == '+')) {
      ++open;
    }
    if (kind == '%' && IsRaw(open)) return Raw(open);
    Add(kind == '%' ? Kind::kBlockBegin : Kind::kPrintBegin, "");
    Advance(open);
    return Inside(kind == '%' ? Kind::kBlockEnd : Kind::kPrintEnd, kind == '%' ? "%}" : "}}");
  }

  absl::Status Comment() {
    const std::size_t end = source_.find("#}", at_ + 2);
    if (end == std::string::npos) return Error("a comment is never closed");
    Advance(end);
    AfterTag(source_[end - 1], "#}");
    return absl::OkStatus();
  }

  // Drops the tag's end and the white space that belongs to it; `control` stands before it.
  void AfterTag(char control, absl::string_view end) {
    std::size_t next = at_ + end.size();
    at_line_start_ = false;
    if (control == '-') {
      while (next < source_.size() && IsSpace(source_[next])) ++next;
      at_line_start_ = source_[next - 1] == '\n';
    } else if (control != '+' && end != "}}" && next < source_.size() && source_[next] == '\n') {
      ++next;
      at_line_start_ = true;
    }
    Advance(next);
  }

  bool IsRaw(std::size_t at) const {
    absl::string_view rest =
        absl::StripLeadingAsciiWhitespace(absl::string_view(source_).substr(at, 64));
    if (!absl::ConsumePrefix(&rest, "raw")) return false;
    rest = absl::StripLeadingAsciiWhitespace(rest);
    return absl::StartsWith(rest, "%}") || absl::StartsWith(rest, "-%}");
  }

  absl::Status Raw(std::size_t open) {
    Advance(source_.find("%}", open));
    AfterTag(source_[at_ - 1], "%}");
    std::size_t search = at_;
    while (true) {
      const std::size_t tag = source_.find("{%", search);
      if (tag == std::string::npos) return Error("a raw block is never closed");
      std::size_t name = tag + 2;
      if (name < source_.size() && (source_[name] == '-' || source_[name] == '+')) ++name;
      absl::string_view rest =
          absl::StripLeadingAsciiWhitespace(absl::string_view(source_).substr(name, 64));
      if (absl::ConsumePrefix(&rest, "endraw")) {
        Data(tag);
        const std::size_t end = source_.find("%}", name);
        if (end == std::string::npos) return Error("a raw block is never closed");
        Advance(end);
        AfterTag(source_[end - 1], "%}");
        return absl::OkStatus();
      }
      search = tag + 2;
    }
  }

  // Names, literals and operators up to the tag's end.
  absl::Status Inside(Kind end_kind, absl::string_view end) {
    std::string open;  // brackets that are not closed yet
    while (at_ < source_.size()) {
      const absl::string_view rest = absl::string_view(source_).substr(at_);
      const char c = rest[0];
      if (IsSpace(c)) {
        Advance(at_ + 1);
        continue;
      }
      if (open.empty()) {
        const bool controlled =
            (c == '-' || (c == '+' && end == "%}")) && absl::StartsWith(rest.substr(1), end);
        if (controlled || absl::StartsWith(rest, end)) {
          Add(end_kind, "");
          if (controlled) Advance(at_ + 1);
          AfterTag(controlled ? c : '\0', end);
          return absl::OkStatus();
        }
      }
      if (IsNameStart(c)) {
        AddWhile(Kind::kName, IsNamePart);
      } else if (IsDigit(c)) {
        CLIENTELE_RETURN_IF_ERROR(Number());
      } else if (c == '\'' || c == '"') {
        CLIENTELE_RETURN_IF_ERROR(String());
      } else {
        CLIENTELE_RETURN_IF_ERROR(Operator(open));
      }
    }
    return Error(absl::StrCat("a tag is never closed with ", end));
  }

  absl::Status Number() {
    std::size_t end = at_;
    const auto digits = [&] {
      while (end < source_.size() && (IsDigit(source_[end]) || source_[end] == '_')) ++end;
    };
    digits();
    bool is_float = false;
    if (end + 1 < source_.size() && source_[end] == '.' && IsDigit(source_[end + 1])) {
      is_float = true;
      ++end;
      digits();
    }
    if (end < source_.size() && (source_[end] == 'e' || source_[end] == 'E')) {
      std::size_t exponent = end + 1;
      if (exponent < source_.size() && (source_[exponent] == '+' || source_[exponent] == '-')) {
        ++exponent;
      }
      if (exponent < source_.size() && IsDigit(source_[exponent])) {
        is_float = true;
        end = exponent;
        digits();
      }
    }
    if (end < source_.size() && IsNamePart(source_[end])) {
      return Error("a number ends in a letter");
    }
    std::string text = absl::StrReplaceAll(source_.substr(at_, end - at_), {{"_", ""}});
    Add(is_float ? Kind::kFloat : Kind::kInteger, std::move(text));
    Advance(end);
    return absl::OkStatus();
  }

  absl::Status String() {
    const char quote = source_[at_];
    std::string content;
    std::size_t i = at_ + 1;
    for (; i < source_.size() && source_[i] != quote; ++i) {
      if (source_[i] != '\\' || i + 1 >= source_.size()) {
        content += source_[i];
        continue;
      }
      CLIENTELE_RETURN_IF_ERROR(Escape(i, content));
    }
    if (i >= source_.size()) return Error("a string is never closed");
    Add(Kind::kString, std::move(content));
    Advance(i + 1);
    return absl::OkStatus();
  }

  // The escape whose backslash is at `i`, which becomes its last byte. Python's, without names
  // of characters.
  absl::Status Escape(std::size_t& i, std::string& content) const {
    const char c = source_[++i];
    constexpr absl::string_view kPlain = "\\'\"abfnrtv";
    constexpr absl::string_view kMeaning = "\\'\"\a\b\f\n\r\t\v";
    if (const std::size_t found = kPlain.find(c); found != absl::string_view::npos) {
      content += kMeaning[found];
      return absl::OkStatus();
    }
    if (c == '\n') return absl::OkStatus();
    const std::size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (digits > 0) {
      std::uint64_t code = 0;
      for (std::size_t d = 0; d < digits; ++d) {
        if (++i >= source_.size() ||
            !absl::ascii_isxdigit(static_cast<unsigned char>(source_[i]))) {
          return Error("an escape in a string lacks digits");
        }
        const char digit = absl::ascii_tolower(static_cast<unsigned char>(source_[i]));
        code =
            code * 16 + static_cast<std::uint64_t>(IsDigit(digit) ? digit - '0' : digit - 'a' + 10);
      }
      if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
        return Error("an escape in a string is no character");
      }
      content += ToUtf8(std::u32string(1, static_cast<char32_t>(code)));
      return absl::OkStatus();
    }
    if (c >= '0' && c <= '7') {
      int code = 0;
      for (int d = 0; d < 3 && i < source_.size() && source_[i] >= '0' && source_[i] <= '7'; ++d) {
        code = code * 8 + (source_[i++] - '0');
      }
      --i;
      content += ToUtf8(std::u32string(1, static_cast<char32_t>(code)));
      return absl::OkStatus();
    }
    content += '\\';
    content += c;
    return absl::OkStatus();
  }

  absl::Status Operator(std::string& open) {
    constexpr absl::string_view kTwo[] = {"==", "!=", "<=", ">=", "//", "**"};
    for (const absl::string_view two : kTwo) {
      if (absl::StartsWith(absl::string_view(source_).substr(at_), two)) {
        Add(Kind::kOperator, std::string(two));
        Advance(at_ + 2);
        return absl::OkStatus();
      }
    }
    const char c = source_[at_];
    constexpr absl::string_view kOpen = "([{";
    constexpr absl::string_view kClose = ")]}";
    if (kOpen.find(c) != absl::string_view::npos) {
      open += c;
    } else if (const std::size_t which = kClose.find(c); which != absl::string_view::npos) {
      if (open.empty() || open.back() != kOpen[which]) {
        return Error(absl::StrCat("'", absl::string_view(&c, 1), "' closes nothing"));
      }
      open.pop_back();
    } else if (absl::string_view("+-*/%~<>=.:|,").find(c) == absl::string_view::npos) {
      return Error(absl::StrCat("'", absl::string_view(&c, 1), "' is no operator"));
    }
    Add(Kind::kOperator, std::string(1, c));
    Advance(at_ + 1);
    return absl::OkStatus();
  }

  template <class Allowed>
  void AddWhile(Kind kind, Allowed allowed) {
    std::size_t end = at_;
    while (end < source_.size() && allowed(source_[end])) ++end;
    Add(kind, source_.substr(at_, end - at_));
    Advance(end);
  }

  void Add(Kind kind, std::string text) { tokens_.push_back({kind, std::move(text), line_}); }

  void Advance(std::size_t to) {
    line_ += static_cast<int>(std::count(source_.begin() + static_cast<std::ptrdiff_t>(at_),
                                         source_.begin() + static_cast<std::ptrdiff_t>(to), '\n'));
    at_ = to;
  }

  absl::Status Error(absl::string_view what) const {
    return absl::InvalidArgumentError(absl::StrCat("chat template, line ", line_, ": ", what));
  }

  std::string source_;
  std::size_t at_ = 0;
  int line_ = 1;
  bool at_line_start_ = true;
  std::vector<Token> tokens_;
};

}  // namespace

absl::StatusOr<std::vector<Token>> Tokenize(absl::string_view source) {
  return Lexer(source).Run();
}

}  // namespace clientele::text::chat

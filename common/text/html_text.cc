#include "common/text/html_text.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <unicode/utf8.h>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"

namespace clientele::text::internal {
namespace {

constexpr std::size_t kMaxTagBytes = 2000;
constexpr std::size_t kMaxReferenceBytes = 12;

const absl::flat_hash_set<absl::string_view>& BlockTags() {
  static const auto* const tags = new absl::flat_hash_set<absl::string_view>{
      "address",    "article", "aside",   "blockquote", "body",  "br",     "caption",
      "center",     "dd",      "details", "div",        "dl",    "dt",     "fieldset",
      "figcaption", "figure",  "footer",  "form",       "head",  "header", "hr",
      "html",       "main",    "nav",     "ol",         "p",     "pre",    "section",
      "summary",    "table",   "tbody",   "tfoot",      "thead", "tr",     "ul"};
  return *tags;
}

const absl::flat_hash_set<absl::string_view>& InlineTags() {
  static const auto* const tags = new absl::flat_hash_set<absl::string_view>{
      "a",     "abbr",   "b",    "bdi",    "bdo",    "big",    "button", "cite", "code",  "col",
      "data",  "del",    "dfn",  "em",     "font",   "i",      "iframe", "img",  "input", "ins",
      "kbd",   "label",  "link", "mark",   "meta",   "option", "q",      "s",    "samp",  "select",
      "small", "source", "span", "strike", "strong", "sub",    "sup",    "svg",  "td",    "th",
      "time",  "title",  "tt",   "u",      "var",    "video",  "wbr"};
  return *tags;
}

struct Tag {
  std::string name;  // in lower case
  bool closes = false;
  std::size_t length = 0;  // 0: no tag begins here
};

Tag TagAt(absl::string_view text, std::size_t at) {
  Tag tag;
  std::size_t i = at + 1;
  if (i < text.size() && text[i] == '/') {
    tag.closes = true;
    ++i;
  }
  while (i < text.size() && absl::ascii_isalnum(static_cast<unsigned char>(text[i]))) {
    tag.name += absl::ascii_tolower(static_cast<unsigned char>(text[i++]));
  }
  const bool ends_name =
      i < text.size() && (text[i] == '>' || text[i] == '/' ||
                          absl::ascii_isspace(static_cast<unsigned char>(text[i])));
  if (tag.name.empty() || !ends_name) return tag;
  char quote = '\0';
  const std::size_t limit = std::min(text.size(), at + kMaxTagBytes);
  for (; i < limit; ++i) {
    if (quote != '\0') {
      if (text[i] == quote) quote = '\0';
    } else if (text[i] == '"' || text[i] == '\'') {
      quote = text[i];
    } else if (text[i] == '>') {
      tag.length = i + 1 - at;
      return tag;
    } else if (text[i] == '<') {
      return tag;
    }
  }
  return tag;
}

bool IsHeading(absl::string_view name) {
  return name.size() == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6';
}

bool IsOfHtml(absl::string_view name) {
  return IsHeading(name) || name == "li" || name == "script" || name == "style" ||
         BlockTags().contains(name) || InlineTags().contains(name);
}

// Where the element of `name` that opened before `at` ends.
std::size_t EndOfElement(absl::string_view text, std::size_t at, absl::string_view name) {
  for (std::size_t i = text.find("</", at); i != absl::string_view::npos;
       i = text.find("</", i + 2)) {
    const Tag tag = TagAt(text, i);
    if (tag.length > 0 && tag.name == name) return i + tag.length;
  }
  return text.size();
}

}  // namespace

std::string WithoutTags(absl::string_view text) {
  if (!absl::StrContains(text, '<')) return std::string(text);
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '<') {
      out += text[at++];
      continue;
    }
    if (absl::StartsWith(text.substr(at), "<!--")) {
      const std::size_t end = text.find("-->", at);
      at = end == absl::string_view::npos ? text.size() : end + 3;
      continue;
    }
    const Tag tag = TagAt(text, at);
    if (tag.length == 0 || !IsOfHtml(tag.name)) {
      out += text[at++];
    } else if (!tag.closes && (tag.name == "script" || tag.name == "style")) {
      at = EndOfElement(text, at + tag.length, tag.name);
    } else if (IsHeading(tag.name)) {
      out += tag.closes ? "\n\n" : "\n\n# ";
      at += tag.length;
    } else if (tag.name == "li") {
      out += tag.closes ? "\n" : "\n- ";
      at += tag.length;
    } else if (BlockTags().contains(tag.name)) {
      out += "\n\n";
      at += tag.length;
    } else {
      if (tag.name == "td" || tag.name == "th") out += ' ';
      at += tag.length;
    }
  }
  return out;
}

std::string CharacterReference(absl::string_view text, std::size_t at, std::size_t& length) {
  static const auto* const names = new absl::flat_hash_map<absl::string_view, absl::string_view>{
      {"amp", "&"},    {"lt", "<"},     {"gt", ">"},     {"quot", "\""},  {"apos", "'"},
      {"nbsp", " "},   {"ensp", " "},   {"emsp", " "},   {"thinsp", " "}, {"ndash", "–"},
      {"mdash", "—"},  {"hellip", "…"}, {"lsquo", "‘"},  {"rsquo", "’"},  {"ldquo", "“"},
      {"rdquo", "”"},  {"laquo", "«"},  {"raquo", "»"},  {"bull", "•"},   {"middot", "·"},
      {"copy", "©"},   {"reg", "®"},    {"trade", "™"},  {"deg", "°"},    {"euro", "€"},
      {"pound", "£"},  {"yen", "¥"},    {"cent", "¢"},   {"times", "×"},  {"frac12", "½"},
      {"plusmn", "±"}, {"sect", "§"},   {"eacute", "é"}, {"uuml", "ü"},   {"auml", "ä"},
      {"ouml", "ö"},   {"szlig", "ß"}};
  const std::size_t end = text.substr(0, at + kMaxReferenceBytes).find(';', at);
  if (end == absl::string_view::npos) return "";
  absl::string_view name = text.substr(at + 1, end - at - 1);
  length = end + 1 - at;
  const auto found = names->find(name);
  if (found != names->end()) return std::string(found->second);
  if (name.size() < 2 || name[0] != '#') return "";
  name.remove_prefix(1);
  std::uint32_t code = 0;
  const bool is_number = name[0] == 'x' || name[0] == 'X'
                             ? absl::SimpleHexAtoi(name.substr(1), &code)
                             : absl::SimpleAtoi(name, &code);
  if (!is_number || code == 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return "";
  if (code == 0xA0) return " ";
  char bytes[U8_MAX_LENGTH];
  std::int32_t size = 0;
  U8_APPEND_UNSAFE(bytes, size, static_cast<UChar32>(code));
  return std::string(bytes, static_cast<std::size_t>(size));
}

}  // namespace clientele::text::internal

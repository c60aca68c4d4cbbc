#include "services/profile-service/core/cards/svg_writer.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace clientele::profile {
namespace {

constexpr double kWide = 1.0;
constexpr double kNarrow = 0.56;
constexpr absl::string_view kEllipsis = "…";

// Bytes of the character that begins at `text[0]`; malformed ones are taken byte by byte.
std::size_t CharacterBytes(absl::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t size = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  return size <= text.size() ? size : 1;
}

// Three bytes and more: from U+0800 on, of which nearly all that is written is East Asian; the
// punctuation of U+2000 to U+2FFF begins with E2.
bool IsWide(absl::string_view character) {
  return character.size() >= 3 && static_cast<unsigned char>(character[0]) != 0xE2;
}

double CharacterWidth(absl::string_view character) { return IsWide(character) ? kWide : kNarrow; }

// What does not begin a line.
bool Closes(absl::string_view character) {
  constexpr absl::string_view kClosing[] = {"，", "。", "；", "：", "、", "）", "」", "！", "？"};
  return std::find(std::begin(kClosing), std::end(kClosing), character) != std::end(kClosing);
}

std::string Escape(absl::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        // XML 1.0 has no control characters; a line break would be one in an attribute.
        escaped += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
    }
  }
  return escaped;
}

std::string Cut(absl::string_view text, double max_width) {
  if (max_width <= 0 || TextWidth(text) <= max_width) return std::string(text);
  double width = TextWidth(kEllipsis);
  std::size_t end = 0;
  while (end < text.size()) {
    const absl::string_view character = text.substr(end, CharacterBytes(text.substr(end)));
    width += CharacterWidth(character);
    if (width > max_width) break;
    end += character.size();
  }
  return absl::StrCat(text.substr(0, end), kEllipsis);
}

std::string Number(double value) { return absl::StrFormat("%.6g", value); }

}  // namespace

double TextWidth(absl::string_view utf8) {
  double width = 0;
  while (!utf8.empty()) {
    const absl::string_view character = utf8.substr(0, CharacterBytes(utf8));
    width += CharacterWidth(character);
    utf8.remove_prefix(character.size());
  }
  return width;
}

std::size_t LineBreak(absl::string_view utf8, double max_width) {
  double width = 0;
  std::size_t end = 0, best = 0;
  while (end < utf8.size()) {
    const absl::string_view character = utf8.substr(end, CharacterBytes(utf8.substr(end)));
    if (character == " " || (IsWide(character) && !Closes(character))) best = end;
    width += CharacterWidth(character);
    if (width > max_width && end > 0) return best > 0 ? best : end;
    end += character.size();
  }
  return end;
}

void SvgWriter::Text(double x, double y, absl::string_view utf8, const SvgText& style) {
  absl::StrAppend(&body_, "<text x=\"", Number(x), "\" y=\"", Number(y), "\" font-size=\"",
                  Number(style.size), "\" fill=\"", style.color, "\"");
  if (style.bold) absl::StrAppend(&body_, " font-weight=\"600\"");
  if (style.anchor != "start") absl::StrAppend(&body_, " text-anchor=\"", style.anchor, "\"");
  absl::StrAppend(&body_, ">", Escape(Cut(utf8, style.max_width / style.size)), "</text>\n");
}

void SvgWriter::Rect(const SvgRect& rect, absl::string_view color) {
  if (!(rect.width > 0) || !(rect.height > 0)) return;
  absl::StrAppend(&body_, "<rect x=\"", Number(rect.x), "\" y=\"", Number(rect.y), "\" width=\"",
                  Number(rect.width), "\" height=\"", Number(rect.height), "\"");
  if (rect.radius > 0) absl::StrAppend(&body_, " rx=\"", Number(rect.radius), "\"");
  absl::StrAppend(&body_, " fill=\"", color, "\"/>\n");
}

std::string SvgWriter::Finish(SvgSize size, const SvgAlternative& alternative) const {
  return absl::StrCat(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ", Number(size.width), " ",
      Number(size.height),
      "\" role=\"img\" font-family=\"system-ui, 'Noto Sans', 'Noto Sans CJK SC', 'DejaVu Sans', "
      "'Microsoft YaHei', sans-serif\">\n<title>",
      Escape(alternative.title), "</title>\n<desc>", Escape(alternative.description),
      "</desc>\n<rect width=\"", Number(size.width), "\" height=\"", Number(size.height),
      "\" fill=\"#ffffff\"/>\n", body_, "</svg>\n");
}

}  // namespace clientele::profile

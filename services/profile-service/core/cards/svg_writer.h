#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CARDS_SVG_WRITER_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CARDS_SVG_WRITER_H_

// Writes SVG 1.1 for pictures of text and bars. Lengths are in units of the view box; text is
// escaped, so that whatever a customer is called cannot become markup.
//
//   SvgWriter svg;
//   svg.Rect({.x = 28, .y = 40, .width = 264, .height = 12, .radius = 6}, "#2563eb");
//   svg.Text(28, 30, "Garden", {.size = 17});
//   const std::string file = svg.Finish({600, 120}, {.title = "...", .description = "..."});
//
// Plain value.

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace clientele::profile {

struct SvgText {
  double size = 17;  // of the font
  absl::string_view color = "#1f2933";
  bool bold = false;
  absl::string_view anchor = "start";  // or "middle", "end"
  double max_width = 0;                // a longer text is cut and ends in "…"; 0: any
};

struct SvgRect {
  double x = 0, y = 0, width = 0, height = 0;
  double radius = 0;  // of the corners
};

struct SvgSize {
  double width = 0, height = 0;
};

// For people who cannot see the picture.
struct SvgAlternative {
  std::string title;
  std::string description;
};

// About how wide a text is at a font size of 1: letters of East Asia count 1, others 0.56.
double TextWidth(absl::string_view utf8);

// How many bytes of a text go into a line of `max_width` at a font size of 1: up to the last space
// or letter of East Asia that leaves it no wider, or else as many whole characters as fit, and at
// least one.
std::size_t LineBreak(absl::string_view utf8, double max_width);

class SvgWriter {
 public:
  // `x` is where the anchor is, `y` the base line.
  void Text(double x, double y, absl::string_view utf8, const SvgText& style);
  // What is narrower or lower than 0 is left out.
  void Rect(const SvgRect& rect, absl::string_view color);

  // The file, on white. It scales to whatever width it is given.
  std::string Finish(SvgSize size, const SvgAlternative& alternative) const;

 private:
  std::string body_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CARDS_SVG_WRITER_H_

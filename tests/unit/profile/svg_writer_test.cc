#include "services/profile-service/core/cards/svg_writer.h"

#include <string>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

namespace clientele::profile {
namespace {

using Catch::Approx;

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("text cannot become markup, and control characters do not pass") {
  SvgWriter svg;
  svg.Text(0, 10, "<script>\"a\" & b</script>\x01\n", {});
  const std::string file = svg.Finish({100, 20}, {"<t>", "a & b"});
  CHECK(Has(file, "&lt;script&gt;&quot;a&quot; &amp; b&lt;/script&gt;  </text>"));
  CHECK(Has(file, "<title>&lt;t&gt;</title>"));
  CHECK(Has(file, "<desc>a &amp; b</desc>"));
  CHECK_FALSE(Has(file, "<script>"));
}

TEST_CASE("letters of East Asia are as wide as they are high, others about half") {
  CHECK(TextWidth("ab") == Approx(1.12));
  CHECK(TextWidth("园艺") == Approx(2));
  CHECK(TextWidth("é…") == Approx(1.12));
  CHECK(TextWidth("") == 0);
}

TEST_CASE("a text that is too wide is cut between characters") {
  SvgWriter svg;
  svg.Text(0, 10, "园艺工具", {.size = 10, .max_width = 30});
  svg.Text(0, 10, "garden", {.size = 10, .max_width = 40});
  const std::string file = svg.Finish({100, 20}, {});
  CHECK(Has(file, ">园艺…</text>"));
  CHECK(Has(file, ">garden</text>"));
}

TEST_CASE("a line ends at its last space, or between characters where there is none") {
  CHECK(LineBreak("one two three", 0.56 * 8) == 7);
  CHECK(LineBreak("one two three", 100) == 13);
  CHECK(LineBreak("园艺工具", 2.5) == 6);
  CHECK(LineBreak("2,000 名客户", 5) == 9);
  CHECK(LineBreak("客户，名", 2.5) == 3);
  CHECK(LineBreak("园艺", 0.1) == 3);
  CHECK(LineBreak("", 1) == 0);
}

TEST_CASE("malformed UTF-8 is no reason to read too far") {
  CHECK(TextWidth(std::string("\xE5\x9B", 2)) > 0);
  SvgWriter svg;
  svg.Text(0, 10, std::string("\xF0", 1), {.max_width = 1});
  CHECK(Has(svg.Finish({1, 1}, {}), "</svg>"));
}

TEST_CASE("empty bars are left out") {
  SvgWriter svg;
  svg.Rect({0, 0, 0, 10}, "#000000");
  svg.Rect({0, 0, 10, -1}, "#000000");
  CHECK_FALSE(Has(svg.Finish({1, 1}, {}), "#000000"));
  svg.Rect({0, 0, 10, 10, 2}, "#000000");
  CHECK(Has(svg.Finish({1, 1}, {}), "rx=\"2\" fill=\"#000000\""));
}

}  // namespace
}  // namespace clientele::profile

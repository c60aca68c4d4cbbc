#include "common/text/markup.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

namespace clientele::text {
namespace {

using Kind = MarkupBlock::Kind;
using Blocks = std::vector<MarkupBlock>;

TEST_CASE("headings, entries and paragraphs are read without their marks") {
  CHECK(ReadMarkup("# Reset ##\n\n**Hold** the `reset` button for *10 seconds*.\n\n"
                   "- [ ] unplug\n- [x] wait\n1. one\n2) two\n") ==
        Blocks{{Kind::kHeading, "Reset"},
               {Kind::kParagraph, "Hold the reset button for 10 seconds."},
               {Kind::kListEntry, "unplug"},
               {Kind::kListEntry, "wait"},
               {Kind::kListEntry, "one"},
               {Kind::kListEntry, "two"}});
  CHECK(ReadMarkup("Shipping\n========\nTwo days\n---\nMore") ==
        Blocks{{Kind::kHeading, "Shipping"},
               {Kind::kHeading, "Two days"},
               {Kind::kParagraph, "More"}});
}

TEST_CASE("links and pictures are read as their texts") {
  CHECK(PlainText("See [the **page**](https://a.example/x?y=1) or ![logo](b.png), [old][1].") ==
        "See the page or logo, old.");
  CHECK(PlainText("Write to <mailto:a@b.example> or <https://c.example>.") ==
        "Write to a@b.example or https://c.example.");
  CHECK(PlainText("[not a link] and arr[3] (x)") == "[not a link] and arr[3] (x)");
}

TEST_CASE("signs that are no marks stay") {
  CHECK(PlainText("2 * 3 * 4, snake_case_name, C# and #5") ==
        "2 * 3 * 4, snake_case_name, C# and #5");
  CHECK(PlainText("a < b and b > a, 5 < 6") == "a < b and b > a, 5 < 6");
  CHECK(PlainText("AT&T; R&D &unknown; &#0;") == "AT&T; R&D &unknown; &#0;");
  CHECK(PlainText("\\*not bold\\*") == "*not bold*");
  CHECK(PlainText("3.5 kg") == "3.5 kg");
}

TEST_CASE("HTML is read as what it shows") {
  CHECK(ReadMarkup(
            "<h2>When?</h2><p class=\"a>b\">At 7&nbsp;am &amp; 9&#x20;pm.<br/>Daily.</p>"
            "<ul><li>one</li><li>two</li></ul><!-- hidden --><script>if (a < b) x();</script>") ==
        Blocks{{Kind::kHeading, "When?"},
               {Kind::kParagraph, "At 7 am & 9 pm."},
               {Kind::kParagraph, "Daily."},
               {Kind::kListEntry, "one"},
               {Kind::kListEntry, "two"}});
  CHECK(PlainText("<custom> stays, <b>bold</b> goes") == "<custom> stays, bold goes");
}

TEST_CASE("tables are read row by row, code as it stands") {
  CHECK(ReadMarkup("| Size | Price |\n|:--|--:|\n| S | 5 |\n\n```\na  *b*\n```\nend") ==
        Blocks{{Kind::kTableRow, "Size, Price"},
               {Kind::kTableRow, "S, 5"},
               {Kind::kCode, "a  *b*"},
               {Kind::kParagraph, "end"}});
}

TEST_CASE("a line goes on with the line before only in the middle of a sentence") {
  CHECK(ReadMarkup("Parcels come\nwithin two days.\nreturns are free\nNext") ==
        Blocks{{Kind::kParagraph, "Parcels come within two days."},
               {Kind::kParagraph, "returns are free"},
               {Kind::kParagraph, "Next"}});
}

TEST_CASE("text that is odd is read in linear time and without a crash") {
  CHECK(PlainText("").empty());
  CHECK(PlainText("****").empty());
  CHECK(PlainText("<").size() == 1);
  CHECK(PlainText("&").size() == 1);
  CHECK(PlainText("[").size() == 1);
  std::string many;
  for (int i = 0; i < 2000; ++i) many += "[<a ![&#";
  CHECK(!PlainText(many).empty());
}

}  // namespace
}  // namespace clientele::text

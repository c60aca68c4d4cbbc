#ifndef CLIENTELE_COMMON_TEXT_MARKUP_H_
#define CLIENTELE_COMMON_TEXT_MARKUP_H_

// What a text in Markdown or HTML says, without its marks: headings, paragraphs, entries of lists,
// rows of tables and code as blocks of plain text.
//
//   ReadMarkup("## Returns\n\n1. **Print** the label.\n")
//     // {kHeading, "Returns"}, {kListEntry, "Print the label."}
//
// Reads what people write (most of CommonMark 0.31, tables and task lists of GitHub's Markdown, the
// tags and entities of HTML); it is no validator: what is no mark stays text. Every line of plain
// text is a block of its own, unless it goes on in lower case where the line before it stopped in
// the middle of a sentence. Linear in the text. Pure, thread-safe.

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace clientele::text {

struct MarkupBlock {
  enum class Kind { kHeading, kParagraph, kListEntry, kTableRow, kCode };
  Kind kind = Kind::kParagraph;
  std::string text;  // not empty

  friend bool operator==(const MarkupBlock&, const MarkupBlock&) = default;
};

std::vector<MarkupBlock> ReadMarkup(absl::string_view markup);

// The blocks' texts, a line each.
std::string PlainText(absl::string_view markup);

}  // namespace clientele::text

#endif  // CLIENTELE_COMMON_TEXT_MARKUP_H_

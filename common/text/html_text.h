#ifndef CLIENTELE_COMMON_TEXT_HTML_TEXT_H_
#define CLIENTELE_COMMON_TEXT_HTML_TEXT_H_

// Part of markup.h: HTML inside a text.

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace clientele::text::internal {

// Tags as Markdown: a heading's as "#" before its text, an entry's of a list as "- ", blocks and
// line breaks as empty lines; others, comments, scripts and styles are left out. "<" that begins no
// tag of HTML stays.
std::string WithoutTags(absl::string_view text);

// The character reference that begins at `at` ("&amp;", "&#39;", "&#x4e2d;") as UTF-8, and its
// length; empty for what is none. A no-break space is a plain one.
std::string CharacterReference(absl::string_view text, std::size_t at, std::size_t& length);

}  // namespace clientele::text::internal

#endif  // CLIENTELE_COMMON_TEXT_HTML_TEXT_H_

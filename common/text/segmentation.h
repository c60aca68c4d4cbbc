#ifndef CLIENTELE_COMMON_TEXT_SEGMENTATION_H_
#define CLIENTELE_COMMON_TEXT_SEGMENTATION_H_

// Words and sentences of English and Chinese text (ICU break iterators, UAX #29, with ICU's
// dictionary for Chinese words).
//
//   const std::string text = "Free returns. 全场包邮。";
//   for (const text::Segment& s : text::Sentences(text)) Use(text::TextOf(text, s));
//
// Offsets count bytes of the text as given, also where it is not valid UTF-8 (a bad byte is a
// symbol that belongs to no word). Thread-safe: each thread keeps its own iterators.

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"

namespace clientele::text {

// Bytes [begin, end) of a text; never empty, never splits a character.
struct Segment {
  std::size_t begin = 0;
  std::size_t end = 0;

  friend bool operator==(const Segment&, const Segment&) = default;
};

// Words, numbers and ideographic words, in order; punctuation and white space are left out.
std::vector<Segment> Words(absl::string_view text);

// Sentences in order, without white space at their ends; a sentence without a visible character
// is left out. A line feed ends a sentence too: articles use it between paragraphs and list
// entries.
std::vector<Segment> Sentences(absl::string_view text);

inline absl::string_view TextOf(absl::string_view text, const Segment& segment) {
  return text.substr(segment.begin, segment.end - segment.begin);
}

}  // namespace clientele::text

#endif  // CLIENTELE_COMMON_TEXT_SEGMENTATION_H_

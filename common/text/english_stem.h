#ifndef CLIENTELE_COMMON_TEXT_ENGLISH_STEM_H_
#define CLIENTELE_COMMON_TEXT_ENGLISH_STEM_H_

// Removes English suffixes: Snowball English (Porter2), https://snowballstem.org.
//
//   EnglishStem("returned")   // "return"
//
// Texts repeat their words: each thread remembers the stems of some, in 128 KB, which is several
// times faster than finding them again. Thread-safe.

#include <string>

#include "absl/strings/string_view.h"

namespace clientele::text {

// Of lower-case letters and apostrophes. The word itself where there is no memory.
std::string EnglishStem(absl::string_view word);

}  // namespace clientele::text

#endif  // CLIENTELE_COMMON_TEXT_ENGLISH_STEM_H_

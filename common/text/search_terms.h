#ifndef CLIENTELE_COMMON_TEXT_SEARCH_TERMS_H_
#define CLIENTELE_COMMON_TEXT_SEARCH_TERMS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace clientele::text {

// Terms of a text for a lexical index (BM25), in order, repeated as often as they occur. The same
// function is used for documents and for questions. Chinese is folded first (see FoldHan).
//
// - Latin words: normalized (see Normalize), possessive 's removed, English suffixes removed
//   (Snowball English, Porter2): "Returned orders" -> {"return", "order"}. English stop words are
//   kept: BM25 weighs them down.
// - Numbers as they stand: "2024", "3.5".
// - Han characters: the dictionary words of two characters or more, and, for each unbroken run,
//   its overlapping pairs of characters ("手机" once, not twice, where word and pair are equal). A
//   Han character that stands alone is a term; one among others is not.
// - Other scripts: the normalized word.
//
// Bytes that are not UTF-8 give no term. At most one term for each word and one for each Han
// character, so the answer is linear in the text. Thread-safe.
std::vector<std::string> SearchTerms(absl::string_view text);

}  // namespace clientele::text

#endif  // CLIENTELE_COMMON_TEXT_SEARCH_TERMS_H_

#ifndef CLIENTELE_COMMON_TEXT_HASHED_NGRAMS_H_
#define CLIENTELE_COMMON_TEXT_HASHED_NGRAMS_H_

// Text to ids without a vocabulary: hashes of word and character n-grams (the hashing trick,
// Weinberger et al. 2009; n-grams inside words with boundary marks as in Bojanowski et al. 2017).
//
//   const text::HashedNgramTokenizer tokenizer({.buckets = 65536});
//   const std::vector<int64_t> ids = tokenizer.Encode("Free returns");   // ids in [1, 65536]
//
// The text is normalized (Normalize) and cut into words (Words). For each word, in order:
// 1. the word itself, then the n-grams of 2..max_word_ngram words that end with it,
// 2. a word without Han characters: its character n-grams of min..max characters, of "<word>"
//    (the marks are characters too; the whole "<word>" is not repeated),
//    a word with Han characters: each character and each pair of neighboring characters; the
//    first character makes a pair with the last character of a Han word directly before it.
// An id is FNV-1a (64 bit, offset basis 0xcbf29ce484222325, prime 0x100000001b3) over one kind
// byte ('w' word n-gram, 'c' character n-gram) and the n-gram's UTF-8 bytes (words of an n-gram
// are joined by U+0020), folded (h ^ h >> 32) mod buckets, plus 1. 0 is padding. Ids repeat as
// often as n-grams do.
//
// The same on every platform with the same Unicode and dictionary data (ICU): a bundle made with
// another ICU is close, not equal. Immutable, thread-safe.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"

namespace clientele::text {

// Parameters of clientele.model.v1.HashedNgrams, and a bound.
struct HashedNgramOptions {
  // Ids are in [1, buckets].
  std::int64_t buckets = 65536;
  // Shortest and longest character n-gram inside a word, in characters, with the boundary marks;
  // max 0 leaves them out (Han characters and pairs too).
  int min_char_ngram = 3;
  int max_char_ngram = 5;
  // Longest word n-gram; 0 leaves words out.
  int max_word_ngram = 2;
  // Ids beyond are cut off; 0 means the built-in bound of 65536.
  std::size_t max_tokens = 0;
};

class HashedNgramTokenizer {
 public:
  // Values out of range are brought into it: buckets at least 1, n-grams at most 16.
  explicit HashedNgramTokenizer(HashedNgramOptions options = {});

  // Empty for text without a word. Never fails; bytes that are not UTF-8 belong to no word.
  std::vector<std::int64_t> Encode(absl::string_view text) const;

  const HashedNgramOptions& options() const { return options_; }

 private:
  HashedNgramOptions options_;
};

}  // namespace clientele::text

#endif  // CLIENTELE_COMMON_TEXT_HASHED_NGRAMS_H_

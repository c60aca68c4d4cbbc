#include "common/text/hashed_ngrams.h"

#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

namespace clientele::text {
namespace {

using Ids = std::vector<std::int64_t>;

// The ids below were computed with a second implementation of the documented hash, so that a
// change which would make stored bundles wrong is noticed.
TEST_CASE("ids of English words are those of the documented hash") {
  const HashedNgramTokenizer tokenizer(
      {.buckets = 65536, .min_char_ngram = 3, .max_char_ngram = 4, .max_word_ngram = 2});
  CHECK(tokenizer.Encode("Cat, DOGS") == Ids{22157, 59757, 14167, 19463, 11089, 3052, 551, 27433,
                                             26734, 34402, 60737, 52908, 16473, 3641, 2703});
}

TEST_CASE("Han words give the word, its characters and its pairs") {
  const HashedNgramTokenizer tokenizer({.buckets = 65536, .max_word_ngram = 1});
  // ICU keeps 包 and 邮 apart: the pair comes from neighboring words.
  const Ids ids = tokenizer.Encode("包邮");
  for (const std::int64_t expected : {22165, 53788, 32256}) {
    CHECK(std::find(ids.begin(), ids.end(), expected) != ids.end());
  }
  const Ids apart = tokenizer.Encode("包 邮");
  CHECK(std::find(apart.begin(), apart.end(), 32256) == apart.end());
}

TEST_CASE("ids are in [1, buckets], the same for the same text") {
  for (const std::int64_t buckets : {1, 7, 4096}) {
    const HashedNgramTokenizer tokenizer({.buckets = buckets});
    const Ids ids = tokenizer.Encode("Where is my parcel? 我的包裹在哪里？");
    REQUIRE_FALSE(ids.empty());
    CHECK(*std::min_element(ids.begin(), ids.end()) >= 1);
    CHECK(*std::max_element(ids.begin(), ids.end()) <= buckets);
    CHECK(ids == tokenizer.Encode("  WHERE is my parcel? 我的包裹在哪里?"));
  }
}

TEST_CASE("text without a word gives nothing") {
  const HashedNgramTokenizer tokenizer;
  for (const char* text : {"", " \n", "?!…", "\xFF\xFE", "😀"}) {
    CHECK(tokenizer.Encode(text).empty());
  }
}

TEST_CASE("ids beyond the bound are cut off, the first ones stay") {
  const std::string text(5000, 'x');
  const HashedNgramTokenizer whole({.buckets = 512});
  const HashedNgramTokenizer cut({.buckets = 512, .max_tokens = 10});
  const Ids all = whole.Encode(text);
  const Ids few = cut.Encode(text);
  REQUIRE(few.size() == 10);
  CHECK(std::equal(few.begin(), few.end(), all.begin()));
}

TEST_CASE("an inflected word shares most of its character n-grams") {
  const HashedNgramTokenizer tokenizer({.buckets = 1 << 20, .max_word_ngram = 0});
  Ids a = tokenizer.Encode("shipping");
  Ids b = tokenizer.Encode("shipped");
  Ids c = tokenizer.Encode("invoices");
  const auto shared = [](Ids x, Ids y) {
    std::sort(x.begin(), x.end());
    std::sort(y.begin(), y.end());
    Ids both;
    std::set_intersection(x.begin(), x.end(), y.begin(), y.end(), std::back_inserter(both));
    return both.size();
  };
  CHECK(shared(a, b) >= 9);
  CHECK(shared(a, c) == 0);
}

TEST_CASE("options out of range are brought into it") {
  const HashedNgramTokenizer tokenizer(
      {.buckets = -5, .min_char_ngram = -1, .max_char_ngram = 99, .max_word_ngram = 1000});
  CHECK(tokenizer.options().buckets == 1);
  CHECK(tokenizer.options().max_word_ngram == 16);
  for (const std::int64_t id : tokenizer.Encode("some words")) CHECK(id == 1);
}

}  // namespace
}  // namespace clientele::text

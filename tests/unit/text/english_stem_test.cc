#include "common/text/english_stem.h"

#include <memory>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <libstemmer.h>

namespace clientele::text {
namespace {

TEST_CASE("a stem is libstemmer's, whichever words a thread remembers") {
  const std::unique_ptr<sb_stemmer, decltype(&sb_stemmer_delete)> stemmer(
      sb_stemmer_new("english", nullptr), &sb_stemmer_delete);
  // More words than are remembered, in an order that meets some of them often.
  const std::vector<std::string> beginnings = {"re", "un", "over", "inter", "counter", ""};
  const std::vector<std::string> middles = {"act",    "pay",    "order", "gener", "happi",
                                            "lov",    "cri",    "hop",   "ship",  "track",
                                            "cancel", "invoic", "y'"};
  const std::vector<std::string> ends = {"",     "s",     "ed",    "ing",     "ation",   "ational",
                                         "ness", "ful",   "fully", "izer",    "iveness", "able",
                                         "ly",   "'s",    "ies",   "eedly",   "ement",   "ogist",
                                         "ment", "ously", "al",    "ivities", "er",      "est"};
  std::mt19937 random(11);
  const auto any = [&](const std::vector<std::string>& list) {
    return list[random() % list.size()];
  };
  for (int i = 0; i < 60'000; ++i) {
    std::string word = any(beginnings) + any(middles) + any(ends);
    if (random() % 4 == 0) word += any(middles) + any(ends);
    if (random() % 50 == 0) word += std::string(random() % 60, 'a');
    const sb_symbol* stem =
        sb_stemmer_stem(stemmer.get(), reinterpret_cast<const sb_symbol*>(word.data()),
                        static_cast<int>(word.size()));
    INFO(word);
    REQUIRE(EnglishStem(word) == reinterpret_cast<const char*>(stem));
  }
}

}  // namespace
}  // namespace clientele::text

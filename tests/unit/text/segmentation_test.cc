#include "common/text/segmentation.h"

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <unicode/brkiter.h>
#include <unicode/ubrk.h>
#include <unicode/utext.h>

namespace clientele::text {
namespace {

// ICU over the whole text, by itself.
std::vector<Segment> WordsOfIcu(const std::string& text) {
  UErrorCode error = U_ZERO_ERROR;
  const std::unique_ptr<icu::BreakIterator> iterator(
      icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), error));
  UText source = UTEXT_INITIALIZER;
  utext_openUTF8(&source, text.data(), static_cast<std::int64_t>(text.size()), &error);
  iterator->setText(&source, error);
  REQUIRE(U_SUCCESS(error));
  std::vector<Segment> words;
  std::int32_t begin = iterator->first();
  for (std::int32_t end = iterator->next(); end != icu::BreakIterator::DONE;
       end = iterator->next()) {
    if (iterator->getRuleStatus() >= UBRK_WORD_NONE_LIMIT) {
      words.push_back({static_cast<std::size_t>(begin), static_cast<std::size_t>(end)});
    }
    begin = end;
  }
  utext_close(&source);
  return words;
}

// Of all ASCII, and of what else has rules of its own; letters and digits more often.
std::string RandomText(std::mt19937& random, bool ascii) {
  static const std::vector<std::string> others = {
      "é",  "中", "文", "字", "’",      "½",      "\u0301", "\u200d", "\u00ad", "\u3000", "\u2028",
      "😀", "🇨🇳", "ア", "カ", "\u05d0", "\u0627", "กา",     "\u00a0", "\u2060", "\xff",   "ß"};
  std::string text;
  for (auto length = random() % 24; length > 0; --length) {
    switch (random() % (ascii ? 4 : 6)) {
      case 0:
        text += static_cast<char>('a' + random() % 26);
        break;
      case 1:
        text += static_cast<char>('0' + random() % 10);
        break;
      case 2:
        text += static_cast<char>(random() % 128);
        break;
      case 3:
        text += std::string(" .,:;'-_\n\t@/")[random() % 12];
        break;
      default:
        text += others[random() % others.size()];
    }
  }
  return text;
}

TEST_CASE("words are those of ICU, whatever stands beside plain ASCII") {
  std::mt19937 random(7);
  for (int i = 0; i < 40'000; ++i) {
    const std::string text = RandomText(random, i % 2 == 0);
    INFO('"' << text << '"');
    REQUIRE(Words(text) == WordsOfIcu(text));
  }
}

TEST_CASE("signs inside of words and numbers join them") {
  std::vector<std::string> words;
  const std::string text = "Can't pay 3.5 or 1,000 (e.g. by card): see user_id and a.b, don''t 1.a";
  for (const Segment& word : Words(text)) words.emplace_back(TextOf(text, word));
  CHECK(words == std::vector<std::string>{"Can't", "pay", "3.5", "or", "1,000", "e.g", "by", "card",
                                          "see", "user_id", "and", "a.b", "don", "t", "1", "a"});
}

}  // namespace
}  // namespace clientele::text

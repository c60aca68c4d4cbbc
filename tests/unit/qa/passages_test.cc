#include "services/qa-service/core/retrieval/passages.h"

#include <string>

#include <catch2/catch_test_macros.hpp>

namespace clientele::qa {
namespace {

std::string Of(const std::string& body, const Passage& passage) {
  return body.substr(passage.begin, passage.end - passage.begin);
}

// "w1 w2 ... wn." as one sentence.
std::string Sentence(const std::string& word, int words) {
  std::string text = "The";
  for (int i = 1; i < words; ++i) text += " " + word;
  return text + ".";
}

TEST_CASE("a short body is one passage without the white space around it") {
  const std::string body = "  \n Returns are free. We pay the label.\n\n";
  const auto passages = SplitPassages(body, {});
  REQUIRE(passages.size() == 1);
  CHECK(Of(body, passages[0]) == "Returns are free. We pay the label.");
  CHECK(passages[0].begin == 4);
  CHECK(passages[0].end == 39);
}

TEST_CASE("a body without a visible character has no passage") {
  CHECK(SplitPassages("", {}).empty());
  CHECK(SplitPassages(" \n\t \xE3\x80\x80 ", {}).empty());
}

TEST_CASE("sentences gather until a passage holds the minimum") {
  // 30 + 30 words reach the minimum of 60; the next sentence begins a passage.
  const std::string a = Sentence("alpha", 30);
  const std::string b = Sentence("beta", 30);
  const std::string c = Sentence("gamma", 40);
  const std::string body = a + " " + b + " " + c;
  const auto passages = SplitPassages(body, {});
  REQUIRE(passages.size() == 2);
  CHECK(Of(body, passages[0]) == a + " " + b);
  CHECK(Of(body, passages[1]) == c);
}

TEST_CASE("a passage never holds more than the maximum") {
  // 50 + 80 would be 130.
  const std::string a = Sentence("alpha", 50);
  const std::string b = Sentence("beta", 80);
  const auto passages = SplitPassages(a + " " + b, {});
  REQUIRE(passages.size() == 2);
  CHECK(Of(a + " " + b, passages[0]) == a);
}

TEST_CASE("a short rest joins the passage before it where there is room") {
  const std::string a = Sentence("alpha", 70);
  const std::string b = Sentence("beta", 10);
  CHECK(SplitPassages(a + " " + b, {}).size() == 1);
  const std::string full = Sentence("alpha", 115);
  CHECK(SplitPassages(full + " " + b, {}).size() == 2);
}

TEST_CASE("a sentence longer than the maximum is cut between words") {
  const std::string body = Sentence("word", 250);
  const auto passages = SplitPassages(body, {});
  REQUIRE(passages.size() == 3);
  CHECK(passages[0].begin == 0);
  std::string joined;
  for (const Passage& passage : passages) {
    const std::string text = Of(body, passage);
    CHECK(text.front() != ' ');
    CHECK(text.back() != ' ');
    joined += (joined.empty() ? "" : " ") + text;
  }
  CHECK(joined == body);
}

TEST_CASE("Chinese sentences are found and their offsets are bytes") {
  const std::string first = "全场满九十九元包邮。";
  const std::string second = "退货请在七天内申请。";
  const std::string body = first + second;
  const auto passages = SplitPassages(body, {.min_units = 3, .max_units = 6});
  REQUIRE(passages.size() == 2);
  CHECK(passages[0].begin == 0);
  CHECK(passages[0].end == first.size());
  CHECK(passages[1].begin == first.size());
  CHECK(passages[1].end == body.size());
}

TEST_CASE("a Chinese character counts as half a word") {
  std::string body;
  for (int i = 0; i < 300; ++i) body += "货";  // 150 units without a sentence's end
  const auto passages = SplitPassages(body, {});
  REQUIRE(passages.size() == 2);
  CHECK(passages[0].end - passages[0].begin == 240 * 3);  // 120 units
  CHECK(passages[1].end == body.size());
}

TEST_CASE("a mixed text keeps every visible byte, in order and without overlap") {
  const std::string body =
      "Tap “退货”, then pick a label.\nOption A: DHL\nOption B: 顺丰速运。第二天送达！"
      "Refunds take 3–5 days 😀. Questions? Write to us.";
  const auto passages = SplitPassages(body, {.min_units = 4, .max_units = 8});
  REQUIRE(passages.size() > 2);
  std::size_t at = 0;
  for (const Passage& passage : passages) {
    CHECK(passage.begin >= at);
    CHECK(passage.end > passage.begin);
    for (std::size_t i = at; i < passage.begin; ++i) CHECK((body[i] == ' ' || body[i] == '\n'));
    at = passage.end;
  }
  CHECK(at == body.size());
}

TEST_CASE("no passage is larger than its bytes, whatever the body holds") {
  const std::string bodies[] = {
      std::string(900'000, 'a'),  // an endless word
      std::string(100'000, '!'),  // no word at all
      "Short. " + std::string(9'000, 'b') + " End of it.",
      [] {
        std::string han;
        for (int i = 0; i < 20'000; ++i) han += "\xF0\x9F\x98\x80";  // four bytes each
        return han;
      }(),
  };
  for (const std::string& body : bodies) {
    const std::vector<Passage> passages = SplitPassages(body, {});
    std::size_t covered = 0;
    std::size_t end = 0;
    for (const Passage& passage : passages) {
      CHECK(passage.end - passage.begin <= PassageOptions().max_bytes);
      CHECK(passage.begin >= end);
      CHECK((static_cast<unsigned char>(body[passage.begin]) & 0xC0) != 0x80);
      end = passage.end;
      covered += passage.end - passage.begin;
    }
    CHECK(covered + 4 >= body.size());  // all but the spaces between
  }
}

}  // namespace
}  // namespace clientele::qa

#include "services/qa-service/core/retrieval/question_terms.h"

#include <catch2/catch_test_macros.hpp>

namespace clientele::qa {
namespace {

std::vector<std::string> Words(const std::string& question) {
  std::vector<std::string> words;
  for (const ContentWord& word : ContentWords(question)) words.push_back(word.term);
  return words;
}

using List = std::vector<std::string>;

TEST_CASE("function words, contractions and repetitions are left out") {
  CHECK(Words("How do I return the lamps, and why don't lamps shine?") ==
        List{"return", "lamp", "shine"});
  CHECK(Words("I'd like to know what it is").empty());
  CHECK(Words("I don’t want it").empty());
  CHECK(Words("").empty());
  CHECK(Words("?!").empty());
}

TEST_CASE("case and width do not matter") {
  CHECK(Words("ＲＥＴＵＲＮ Policy") == Words("return policy"));
}

TEST_CASE("Chinese characters side by side are one word, however a dictionary cuts") {
  const auto words = ContentWords("请问怎么退货？");
  REQUIRE(words.size() == 1);
  CHECK(words[0].term == "退货");
  CHECK(Words("我的保修期是多久") != List{});
  for (const ContentWord& word : ContentWords("我想知道保修期")) {
    CHECK(word.term.find("知道") == std::string::npos);
  }
}

TEST_CASE("a long Chinese word carries its pairs of characters") {
  const auto words = ContentWords("保修期");
  REQUIRE(words.size() == 1);
  CHECK(words[0].term == "保修期");
  CHECK(words[0].pairs == List{"保修", "修期"});
}

TEST_CASE("search terms are distinct and in order") {
  CHECK(QuestionTerms("Where is the refund of my refunds?") == List{"refund"});
}

}  // namespace
}  // namespace clientele::qa

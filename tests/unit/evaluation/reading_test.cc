#include "common/evaluation/reading.h"

#include <string>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

namespace clientele::evaluation {
namespace {

using Catch::Approx;
using Strings = std::vector<std::string>;

TEST_CASE("English answers are compared without case, punctuation, articles and spaces") {
  CHECK(NormalizeAnswer("  The  Quick, brown-fox! ", AnswerRules::kSquad) == "quick brownfox");
  CHECK(NormalizeAnswer("Theater of an Era", AnswerRules::kSquad) == "theater of era");
  CHECK(NormalizeAnswer("ÉCOLE\u00A0\u2013a\u2013b", AnswerRules::kSquad) == "école – –b");
  CHECK(NormalizeAnswer("The", AnswerRules::kSquad).empty());
  CHECK(ExactMatch("Eiffel Tower.", Strings{"Louvre", "the Eiffel tower"}, AnswerRules::kSquad));
  CHECK_FALSE(ExactMatch("Eiffel", Strings{"the Eiffel tower"}, AnswerRules::kSquad));
  CHECK_FALSE(ExactMatch("Eiffel", Strings{}, AnswerRules::kSquad));
}

TEST_CASE("English F1 counts words as often as they occur, for the best answer") {
  CHECK(TokenF1("tower", Strings{"the Eiffel tower"}, AnswerRules::kSquad) == Approx(2.0 / 3));
  CHECK(TokenF1("new york york", Strings{"york", "new york city"}, AnswerRules::kSquad) ==
        Approx(4.0 / 6));
  CHECK(TokenF1("Paris", Strings{"Rome"}, AnswerRules::kSquad) == 0);
  CHECK(TokenF1("the", Strings{"a"}, AnswerRules::kSquad) == 1);
  CHECK(TokenF1("the", Strings{"Rome"}, AnswerRules::kSquad) == 0);
  CHECK(TokenF1("x", Strings{}, AnswerRules::kSquad) == 0);
}

TEST_CASE("Chinese answers are compared without the punctuation of their list") {
  CHECK(NormalizeAnswer(" 《村雨城》，Ver-2.0 ", AnswerRules::kCmrc) == "村雨城ver2.0");
  CHECK(ExactMatch("“北京”。", Strings{"北京"}, AnswerRules::kCmrc));
  CHECK_FALSE(ExactMatch("北京市", Strings{"北京"}, AnswerRules::kCmrc));
}

TEST_CASE("Chinese tokens are ideographs, and words of other text") {
  CHECK(AnswerTokens("光荣和Omega Force(1997)", AnswerRules::kCmrc) ==
        Strings{"光", "荣", "和", "omega", "force(1997", ")"});
  CHECK(AnswerTokens("约3.5米。", AnswerRules::kCmrc) == Strings{"约", "3.5", "米"});
  CHECK(AnswerTokens("a, b", AnswerRules::kCmrc) == Strings{"a", ",", "b"});
}

TEST_CASE("Chinese F1 counts tokens, the published one their longest run") {
  // Common: 北, 京, 大, 学; the longest run is 北京.
  const Strings accepted = {"北京的大学"};
  CHECK(TokenF1("北京大学", accepted, AnswerRules::kCmrc) == Approx(8.0 / 9));
  CHECK(CmrcF1("北京大学", accepted) == Approx(4.0 / 9));
  CHECK(CmrcF1("北京的大学", accepted) == 1);
  CHECK(CmrcF1("上海", accepted) == 0);
  CHECK(CmrcF1("。", Strings{"，"}) == 1);
  CHECK(CmrcF1("", accepted) == 0);
}

TEST_CASE("bytes that are not UTF-8 are compared, not a crash") {
  CHECK_FALSE(ExactMatch("\xff\xfe", Strings{"x"}, AnswerRules::kSquad));
  CHECK(CmrcF1("\xe5\x8c", Strings{"北"}) == 0);
}

}  // namespace
}  // namespace clientele::evaluation

#include "services/qa-service/core/answering/passage_sentences.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

namespace clientele::qa {
namespace {

std::vector<std::string> Texts(const std::string& passage) {
  std::vector<std::string> texts;
  for (const PassageSentence& sentence : PassageSentences(passage)) texts.push_back(sentence.text);
  return texts;
}

TEST_CASE("headings and questions are no answers, but what the sentences below are about") {
  const auto sentences = PassageSentences("## Opening\n\nWe open at 7. We close at 9.\n");
  REQUIRE(sentences.size() == 2);
  CHECK(sentences[0].text == "We open at 7.");
  CHECK(sentences[1].about == "Opening");
  CHECK(Texts("Q: How do I reset it?\nA: Hold the red button.") ==
        std::vector<std::string>{"Hold the red button."});
  CHECK(Texts("问：怎么退货？\n答：在订单里申请。") == std::vector<std::string>{"在订单里申请。"});
}

TEST_CASE("a passage of questions alone still says something") {
  CHECK(Texts("Why not?") == std::vector<std::string>{"Why not?"});
  CHECK(Texts("# Title") == std::vector<std::string>{"Title"});
  CHECK(Texts("  ").empty());
}

TEST_CASE("the entries of a list are one sentence without its marks") {
  CHECK(Texts("1. Unplug it.\n2. Wait\n3. Plug it in.") ==
        std::vector<std::string>{"Unplug it. Wait; Plug it in."});
  CHECK(Texts("- 拔下插头\n- 等待十秒") == std::vector<std::string>{"拔下插头；等待十秒"});
}

}  // namespace
}  // namespace clientele::qa

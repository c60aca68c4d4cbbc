#include "services/qa-service/training/generator/grounding.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

namespace clientele::qa {
namespace {

using Facts = std::vector<std::string>;

TEST_CASE("numbers, dates and names are facts, and what only begins a sentence is none") {
  CHECK(StatedFacts("Refunds take 5 days. Write to Ann Lee by 3 March, as I do, via DHL.") ==
        Facts{"5", "Ann", "Lee", "3", "March", "DHL"});
  CHECK(StatedFacts("退款需要5天，请联系Ann。") == Facts{"5", "Ann"});
  CHECK(StatedFacts("").empty());
}

TEST_CASE("the check removes what the passage does not support, and counts what is left") {
  const std::string passage = "Refunds take 5 days to arrive. Write to Ann for a label.";
  const CheckedAnswer checked = CheckAnswer(
      "Refunds take 5 days to arrive. Refunds take 9 days to arrive. Write to Bob for a label. "
      "Write to Ann.",
      passage);
  CHECK(checked.sentences == 4);
  CHECK(checked.kept == 2);
  CHECK(checked.text == "Refunds take 5 days to arrive. Write to Ann.");
  CHECK(checked.facts == 2);
  CHECK(checked.facts_in_passage == 2);
}

TEST_CASE("a fact that is written otherwise does not stand in the passage as it is written") {
  const CheckedAnswer checked =
      CheckAnswer("Refunds take 5 days to arrive.", "Refunds take five days to arrive.");
  CHECK(checked.kept == 1);
  CHECK(checked.facts == 1);
  CHECK(checked.facts_in_passage == 0);
}

TEST_CASE("kept Chinese sentences stand side by side") {
  const CheckedAnswer checked =
      CheckAnswer("退款需要5天到账。请打印退货标签。", "请打印退货标签。退款需要5天到账。");
  CHECK(checked.text == "退款需要5天到账。请打印退货标签。");
  CHECK(checked.facts_in_passage == checked.facts);
}

TEST_CASE("an extractive answer is the passage's sentence that holds the question's words") {
  CHECK(ExtractiveAnswer("How long does a refund take?",
                         "Parcels leave daily. A refund takes five days. Ask us anything.") ==
        "A refund takes five days.");
}

}  // namespace
}  // namespace clientele::qa

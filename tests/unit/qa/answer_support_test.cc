#include "services/qa-service/core/answering/answer_support.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/qa/fake_embedder.h"

namespace clientele::qa {
namespace {

SupportingSentence Said(const std::string& text) {
  return {text, testing::FakeEmbedder::Vector(text)};
}

std::vector<std::vector<SupportingSentence>> GivenPassages() {
  return {{Said("You can return any item within thirty days of delivery."),
           Said("Return postage is free for members."), Said("Sale items cannot be exchanged.")},
          {Said("Orders over £50 ship free of charge."), Said("退货需在签收后七天内申请。")}};
}

std::optional<std::size_t> Supporter(const std::string& sentence,
                                     const std::vector<std::string>& facts = {}) {
  const AnswerSupport support(GivenPassages(), facts, {});
  return support.SupporterOf(sentence, testing::FakeEmbedder::Vector(sentence));
}

TEST_CASE("a sentence that says what a passage says is supported by that passage") {
  CHECK(Supporter("You can return any item within thirty days of delivery.") == 0u);
  CHECK(Supporter("Items can be returned within 30 days of delivery.") == 0u);
  CHECK(Supporter("Orders over 50 pounds ship free of charge.") == 1u);
  CHECK(Supporter("签收后7天内申请退货。") == 1u);
}

TEST_CASE("another number, unit, date or amount is not supported") {
  CHECK_FALSE(Supporter("You can return any item within sixty days of delivery.").has_value());
  CHECK_FALSE(Supporter("You can return any item within thirty hours of delivery.").has_value());
  CHECK_FALSE(Supporter("Orders over $50 ship free of charge.").has_value());
  CHECK_FALSE(Supporter("签收后十天内可以申请退货。").has_value());
  // Both numbers stand, each in another passage.
  CHECK_FALSE(Supporter("Return any item over £50 within thirty days of delivery.").has_value());
}

TEST_CASE("a name that the passage does not write is not supported") {
  CHECK_FALSE(
      Supporter("You can return any item to Ann within thirty days of delivery.").has_value());
  CHECK(Supporter("You can return any item to Ann within thirty days of delivery.",
                  {"The customer's name is Ann."}) == 0u);
  // Spelled otherwise it is the same word.
  CHECK(Supporter("Return Postage is free for Members.") == 0u);
}

TEST_CASE("the contrary is not supported, either way") {
  CHECK_FALSE(Supporter("Return postage is not free for members.").has_value());
  CHECK_FALSE(Supporter("Sale items can be exchanged.").has_value());
  CHECK(Supporter("Sale items cannot be exchanged.") == 0u);
}

TEST_CASE("what no passage speaks of is not supported") {
  CHECK_FALSE(Supporter("Our head office is in Leeds.").has_value());
  CHECK_FALSE(Supporter("").has_value());
  const AnswerSupport nothing({}, {}, {});
  CHECK_FALSE(nothing.SupporterOf("Return postage is free for members.", {}).has_value());
}

TEST_CASE("what is known of the customer counts beside a passage, never alone") {
  const std::vector<std::string> facts = {"Ada is a gold member since 2021"};
  CHECK_FALSE(Supporter("As a gold member since 2021, return postage is free.").has_value());
  CHECK(Supporter("As a gold member since 2021, return postage is free.", facts) == 0u);
  CHECK_FALSE(Supporter("Leeds paints purple bicycles since 2021.", facts).has_value());
}

TEST_CASE("without vectors the words decide") {
  const AnswerSupport support(GivenPassages(), {}, {});
  CHECK(support.SupporterOf("Return postage is free for members.", {}) == 0u);
  CHECK_FALSE(support.SupporterOf("Postage paints bicycles purple in Leeds.", {}).has_value());
}

}  // namespace
}  // namespace clientele::qa

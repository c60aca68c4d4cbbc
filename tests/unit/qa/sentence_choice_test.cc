#include "services/qa-service/core/answering/sentence_choice.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

namespace clientele::qa {
namespace {

using Catch::Matchers::WithinAbs;
using Indices = std::vector<std::size_t>;

TEST_CASE("the best sentence answers, with those that come near it, in their order") {
  CHECK(ChooseSentences({0.2, 0.8, 0.1, 0.7}, {}) == Indices{1, 3});
  CHECK(ChooseSentences({0.5, 0.8, 0.55}, {}) == Indices{1});
  CHECK(ChooseSentences({0.8, 0.8, 0.8, 0.8}, {}) == Indices{0, 1, 2});
  CHECK(ChooseSentences({0.9}, {}) == Indices{0});
  CHECK(ChooseSentences({}, {}).empty());
}

TEST_CASE("where nothing stands out the first two sentences answer") {
  CHECK(ChooseSentences({0.01, 0.05, 0.14}, {}) == Indices{0, 1});
  CHECK(ChooseSentences({0.0}, {}) == Indices{0});
}

TEST_CASE("a sentence's score is its share of the weighed words and its cosine") {
  const std::vector<ContentWord> words = {{"refund", {}}, {"card", {}}};
  const std::vector<double> weights = {3, 1};
  QuestionFocus focus{&words, &weights, {1, 0}};
  const SentenceOptions options{.lexical_weight = 0.4};
  CHECK_THAT(SentenceScore("Refunds take a day.", {0.6f, 0.8f}, focus, options),
             WithinAbs(0.4 * 0.75 + 0.6 * 0.6, 1e-6));
  CHECK_THAT(SentenceScore("Refunds take a day.", {}, focus, options), WithinAbs(0.75, 1e-9));
  CHECK_THAT(SentenceScore("Hello.", {-1, 0}, focus, options), WithinAbs(0, 1e-9));
}

TEST_CASE("a Chinese word is found in part by its pairs") {
  const std::vector<ContentWord> words = {{"保修期", {"保修", "修期"}}};
  const std::vector<double> weights = {2};
  const QuestionFocus focus{&words, &weights, {}};
  CHECK_THAT(SentenceScore("灯具保修两年。", {}, focus, {}), WithinAbs(0.5, 1e-9));
}

}  // namespace
}  // namespace clientele::qa

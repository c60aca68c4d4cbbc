#include <cmath>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "services/qa-service/training/reader/reader_module.h"
#include "services/qa-service/training/reader/reading_scores.h"
#include "services/qa-service/training/reader/sliding_window.h"
#include "tests/support/catch_with_torch.h"
//
#include <catch2/catch_approx.hpp>

namespace clientele::qa {
namespace {

using Catch::Approx;

TEST_CASE("the loss of spans is the cross entropy over the first token and the passage") {
  inference::TokenizedPair a;
  a.sequences = {-1, 0, -1, 1, 1, -1};
  inference::TokenizedPair b;
  b.sequences = {-1, 0, -1, 1, -1};
  const std::vector<const inference::TokenizedPair*> pairs = {&a, &b};
  const std::vector<TokenLabel> labels = {{.first = 3, .last = 4}, {}};
  const at::Tensor logits = at::tensor({0.5,  9.0, 9.0, 1.0,  2.0, 9.0,  // starts
                                        -1.0, 7.0, 7.0, 0.25, 7.0, 7.0,  //
                                        0.0,  9.0, 9.0, 1.5,  3.0, 9.0,  // ends
                                        2.0,  7.0, 7.0, -0.5, 7.0, 7.0})
                                .view({2, 2, 6})
                                .to(at::kFloat);
  const double starts = std::log(std::exp(0.5) + std::exp(1.0) + std::exp(2.0)) - 1.0 +
                        std::log(std::exp(-1.0) + std::exp(0.25)) + 1.0;
  const double ends = std::log(std::exp(0.0) + std::exp(1.5) + std::exp(3.0)) - 3.0 +
                      std::log(std::exp(2.0) + std::exp(-0.5)) - 2.0;
  CHECK(SpanLoss(logits, pairs, labels).item<double>() == Approx((starts + ends) / 4));
}

TEST_CASE("the sliding window answers with what stands among the question's words") {
  CHECK(SlidingWindowAnswer("When does the blue parcel ship?",
                            "The blue parcel will ship. It rains.") == "will");
  CHECK(SlidingWindowAnswer("是谁发明电话？", "今天下雨。贝尔发明电话。") == "贝尔");
  CHECK(SlidingWindowAnswer("same words", "same words") == "same words");
  CHECK(SlidingWindowAnswer("anything", " . ").empty());
  CHECK_FALSE(SlidingWindowAnswer("", "some words").empty());
}

TEST_CASE("answers are compared by the rules of their passage's language") {
  ReadingSet set;
  set.passages = {{.article = "a", .text = "An English passage."},
                  {.article = "b", .text = "这是中文的段落。"}};
  const ReadingExample english = {.id = "1", .passage = 0, .question = "?", .answers = {"The cat"}};
  const ReadingExample chinese = {.id = "2", .passage = 1, .question = "?", .answers = {"北京市"}};
  const ReadingExample none = {.id = "3", .passage = 0, .question = "?", .answers = {}};
  CHECK(ScoreOf("cat.", english, set.passages[0].text).exact_match == 1);
  // Of 3 and 2 characters, 2 in common: 4 / 5.
  CHECK(ScoreOf("北京", chinese, set.passages[1].text).f1 == Approx(0.8));
  CHECK(ScoreOf("北京市。", chinese, set.passages[1].text).exact_match == 1);
  CHECK(ScoreOf("", none, set.passages[0].text).exact_match == 1);
  CHECK(ScoreOf("cat", none, set.passages[0].text).f1 == 0);
  const std::vector<std::string> answers = {"cat", "北京", ""};
  const std::vector<const ReadingExample*> examples = {&english, &chinese, &none};
  const ReadingScores scores = MeanScores(answers, examples, set);
  CHECK(scores.exact_match == Approx(2.0 / 3));
  CHECK(scores.f1 == Approx(2.8 / 3));
}

}  // namespace
}  // namespace clientele::qa

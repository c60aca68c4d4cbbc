#include <cmath>
#include <limits>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include "common/inference/generation/decoding.h"
#include "common/inference/generation/logits.h"
#include "common/inference/generation/sampling.h"

namespace clientele::inference {
namespace {

using Catch::Matchers::WithinAbs;

std::vector<float> LogitsOf(const std::vector<double>& probabilities) {
  std::vector<float> logits;
  for (const double p : probabilities) logits.push_back(static_cast<float>(std::log(p) + 3));
  return logits;
}

const std::vector<double> kFalling = {0.3, 0.05, 0.5, 0.15};  // ids are not in order of rank

void CheckDistribution(const std::vector<double>& actual, const std::vector<double>& expected) {
  REQUIRE(actual.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    INFO(i);
    CHECK_THAT(actual[i], WithinAbs(expected[i], 1e-6));
  }
}

}  // namespace

TEST_CASE("the largest logit wins, and of equal ones the lowest id") {
  CHECK(ArgMax({1.0F, 4.0F, 2.0F}).value() == 1);
  CHECK(ArgMax({-3.0F, -1.0F, -1.0F, -2.0F}).value() == 1);
  CHECK(ArgMax({7.0F}).value() == 0);
}

TEST_CASE("logits that are not finite are an error and never a token") {
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
        -std::numeric_limits<float>::infinity()}) {
    const std::vector<float> logits = {1.0F, bad, 2.0F};
    CHECK(absl::IsInternal(ArgMax(logits).status()));
    CHECK(absl::IsInternal(Sampler(SamplingOptions{}).Draw(logits).status()));
    CHECK(absl::IsInternal(Distribution(logits, {}).status()));
  }
  CHECK(absl::IsInternal(ArgMax({}).status()));
}

TEST_CASE("without settings the distribution is the softmax") {
  CheckDistribution(Distribution(LogitsOf(kFalling), {}).value(), kFalling);
}

TEST_CASE("temperature sharpens and flattens") {
  // Squares of the probabilities over their sum, 0.365.
  CheckDistribution(Distribution(LogitsOf(kFalling), {.temperature = 0.5}).value(),
                    {0.09 / 0.365, 0.0025 / 0.365, 0.25 / 0.365, 0.0225 / 0.365});
  const auto flat = Distribution(LogitsOf(kFalling), {.temperature = 1e6}).value();
  CheckDistribution(flat, {0.25, 0.25, 0.25, 0.25});
}

TEST_CASE("top-k keeps the k largest, and all that equal the k-th") {
  CheckDistribution(Distribution(LogitsOf(kFalling), {.top_k = 2}).value(), {0.375, 0, 0.625, 0});
  CheckDistribution(Distribution(LogitsOf(kFalling), {.top_k = 9}).value(), kFalling);
  CheckDistribution(Distribution({1.0F, 2.0F, 1.0F, 0.0F}, {.top_k = 2}).value(),
                    Distribution({1.0F, 2.0F, 1.0F, -1e9F}, {}).value());
}

TEST_CASE("top-p keeps the fewest ids that reach p, and always one") {
  const std::vector<float> logits = LogitsOf(kFalling);
  CheckDistribution(Distribution(logits, {.top_p = 0.7}).value(), {0.375, 0, 0.625, 0});
  CheckDistribution(Distribution(logits, {.top_p = 0.9}).value(),
                    {0.3 / 0.95, 0, 0.5 / 0.95, 0.15 / 0.95});
  CheckDistribution(Distribution(logits, {.top_p = 0.4}).value(), {0, 0, 1, 0});
  CheckDistribution(Distribution(logits, {.top_p = 0}).value(), {0, 0, 1, 0});
}

TEST_CASE("of equal ids at the edge of top-p the higher stays, as in the reference") {
  // Three of 0.3 and one of 0.1: two of them reach 0.5.
  CheckDistribution(Distribution(LogitsOf({0.3, 0.3, 0.1, 0.3}), {.top_p = 0.5}).value(),
                    {0, 0.5, 0, 0.5});
}

TEST_CASE("temperature comes first, then top-k, then top-p") {
  const std::vector<float> logits = LogitsOf(kFalling);
  // At temperature 0.5 the first two hold 0.93, so that p = 0.9 keeps two and not three.
  CheckDistribution(Distribution(logits, {.temperature = 0.5, .top_p = 0.9}).value(),
                    {0.09 / 0.34, 0, 0.25 / 0.34, 0});
  // Of the two that top-k leaves the first alone reaches 0.6; of all four it takes two.
  CheckDistribution(Distribution(logits, {.top_k = 2, .top_p = 0.6}).value(), {0, 0, 1, 0});
}

TEST_CASE("the random sequence is SplitMix64's") {
  SplitMix64 random(1234567);
  CHECK(random.Next() == 6457827717110365317U);
  CHECK(random.Next() == 3203168211198807973U);
  CHECK(random.Next() == 9817491932198370423U);
}

TEST_CASE("a seed decides the tokens, and another seed decides otherwise") {
  // 0.350, 0.174, 0.532, 0.249, 0.890 in quarters.
  Sampler sampler({.seed = 1234567});
  std::vector<std::int64_t> drawn;
  for (int i = 0; i < 5; ++i) drawn.push_back(sampler.Draw({0.0F, 0.0F, 0.0F, 0.0F}).value());
  CHECK(drawn == std::vector<std::int64_t>{1, 0, 2, 0, 3});

  Sampler other({.seed = 1234568});
  std::vector<std::int64_t> others;
  for (int i = 0; i < 5; ++i) others.push_back(other.Draw({0.0F, 0.0F, 0.0F, 0.0F}).value());
  CHECK(drawn != others);
}

TEST_CASE("draws are as frequent as the distribution says") {
  const SamplingOptions options = {.temperature = 0.8, .top_k = 3, .seed = 5};
  const std::vector<float> logits = LogitsOf(kFalling);
  const std::vector<double> expected = Distribution(logits, options).value();
  Sampler sampler(options);
  std::vector<double> counts(4, 0);
  constexpr int kDraws = 20000;
  for (int i = 0; i < kDraws; ++i) counts[sampler.Draw(logits).value()] += 1.0 / kDraws;
  for (std::size_t i = 0; i < 4; ++i) CHECK_THAT(counts[i], WithinAbs(expected[i], 0.015));
  CHECK(counts[1] == 0);
}

TEST_CASE("impossible settings are refused by name") {
  for (const SamplingOptions& options :
       {SamplingOptions{.temperature = 0}, SamplingOptions{.temperature = -1},
        SamplingOptions{.temperature = std::nan("")}, SamplingOptions{.temperature = 1e-60},
        SamplingOptions{.top_k = -1}, SamplingOptions{.top_p = 1.1}, SamplingOptions{.top_p = -0.1},
        SamplingOptions{.top_p = std::nan("")}}) {
    CHECK(absl::IsInvalidArgument(Check(options)));
    CHECK(absl::IsInvalidArgument(MakeDecoding({.method = options}, {}).status()));
  }
  CHECK(absl::IsInvalidArgument(MakeDecoding({.max_new_tokens = 0}, {}).status()));
  // In range, but the logits overflow when they are divided.
  CHECK(absl::IsInvalidArgument(
      Sampler(SamplingOptions{.temperature = 1e-38}).Draw({1.0F, 1000.0F}).status()));
}

TEST_CASE("a greedy decoding ends with an end token, or when its budget is spent") {
  const std::vector<float> one = {0.0F, 2.0F, 1.0F};
  const std::vector<float> two = {0.0F, 1.0F, 2.0F};
  const auto decoding = MakeDecoding({.max_new_tokens = 3}, {2}).value();
  CHECK(decoding->max_rows() == 1);
  const auto next = decoding->Advance({absl::MakeConstSpan(one)}).value();
  REQUIRE(next.size() == 1);
  CHECK(next[0].parent == 0);
  CHECK(next[0].token == 1);
  CHECK(decoding->tokens() == std::vector<std::int64_t>{1});

  SECTION("an end token is the last token") {
    CHECK(decoding->Advance({absl::MakeConstSpan(two)}).value().empty());
    CHECK(decoding->tokens() == std::vector<std::int64_t>{1, 2});
    CHECK(decoding->finish_reason() == FinishReason::kStop);
  }
  SECTION("the budget ends it") {
    CHECK(decoding->Advance({absl::MakeConstSpan(one)}).value().size() == 1);
    CHECK(decoding->Advance({absl::MakeConstSpan(one)}).value().empty());
    CHECK(decoding->tokens() == std::vector<std::int64_t>{1, 1, 1});
    CHECK(decoding->finish_reason() == FinishReason::kLength);
  }
  SECTION("an end token at the end of the budget is a stop") {
    CHECK(decoding->Advance({absl::MakeConstSpan(one)}).value().size() == 1);
    CHECK(decoding->Advance({absl::MakeConstSpan(two)}).value().empty());
    CHECK(decoding->finish_reason() == FinishReason::kStop);
  }
}

}  // namespace clientele::inference

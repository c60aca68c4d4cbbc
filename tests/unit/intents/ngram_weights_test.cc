#include "services/qa-service/training/intents/ngram_weights.h"

#include <cmath>
#include <utility>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "services/qa-service/training/intents/text_features.h"

namespace clientele::qa {
namespace {

using Catch::Approx;
using Features = std::vector<std::pair<std::int32_t, float>>;

const std::vector<NgramIds> kThreeTexts = {{7, 3, 3}, {7, 9}, {7, 7, 7, 3}};

TEST_CASE("an n-gram of many texts weighs less than one of few") {
  const std::vector<std::size_t> rows = {0, 1, 2};
  const NgramWeights weights = NgramWeights::Fit(kThreeTexts, rows, 1);
  CHECK(weights.ids() == NgramIds{3, 7, 9});
  // ln(4 / (1 + texts that have it)) + 1
  CHECK(weights.idf()[0] == Approx(std::log(4.0 / 3) + 1));
  CHECK(weights.idf()[1] == Approx(1));
  CHECK(weights.idf()[2] == Approx(std::log(4.0 / 2) + 1));
}

TEST_CASE("a text's values are its counts' logarithms times the weights, scaled to the length") {
  const std::vector<std::size_t> rows = {0, 1, 2};
  const NgramWeights weights = NgramWeights::Fit(kThreeTexts, rows, 1);
  Features features;
  weights.Apply({3, 7, 3, 100}, 2.0F, 10, features);
  const double three = (1 + std::log(2.0)) * (std::log(4.0 / 3) + 1);
  const double length = std::sqrt(three * three + 1);
  REQUIRE(features.size() == 2);
  CHECK(features[0].first == 10);
  CHECK(features[0].second == Approx(2 * three / length));
  CHECK(features[1].first == 11);
  CHECK(features[1].second == Approx(2 / length));
}

TEST_CASE("only the rows that are named are counted, and rare n-grams can be left out") {
  const std::vector<std::size_t> two = {0, 1};
  CHECK(NgramWeights::Fit(kThreeTexts, two, 2).ids() == NgramIds{7});
  const std::vector<std::size_t> last = {2};
  CHECK(NgramWeights::Fit(kThreeTexts, last, 1).ids() == NgramIds{3, 7});
}

TEST_CASE("a text of unknown n-grams has no features") {
  const std::vector<std::size_t> rows = {0};
  Features features;
  NgramWeights::Fit(kThreeTexts, rows, 1).Apply({55, 56}, 1.0F, 0, features);
  CHECK(features.empty());
}

TEST_CASE("vectors count relative to the training texts' mean, at the length that was asked for") {
  EncodedTexts texts = {.ngrams = {{{1}, {2}, {1}}}, .dimension = 2, .vectors = {1, 0, 0, 1, 0, 0}};
  const std::vector<std::size_t> rows = {0, 1};
  const TextFeatures fitted =
      TextFeatures::Fit(texts, rows, {.ngram_norms = {1}, .vector_norm = 3});
  const FeatureRows features = fitted.Apply(texts);
  CHECK(features.sparse_width == 2);
  CHECK(features.rows() == 3);
  // (1, 0) less the mean (0.5, 0.5).
  CHECK(features.Dense(0)[0] == Approx(3 / std::sqrt(2.0)));
  CHECK(features.Dense(0)[1] == Approx(-3 / std::sqrt(2.0)));
  // Without tokens: zeros.
  CHECK(features.Dense(2)[0] == 0);
  CHECK(features.Dense(2)[1] == 0);
}

TEST_CASE("without a length for vectors there are none") {
  const EncodedTexts texts = {.ngrams = {{{1}, {2}}}, .dimension = 1, .vectors = {1, -1}};
  const std::vector<std::size_t> rows = {0, 1};
  const TextFeatures fitted =
      TextFeatures::Fit(texts, rows, {.ngram_norms = {1}, .vector_norm = 0});
  CHECK(fitted.Apply(texts).dense_width == 0);
}

}  // namespace
}  // namespace clientele::qa

#include "services/qa-service/core/answering/confidence.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

namespace clientele::qa {
namespace {

using Catch::Matchers::WithinAbs;

SearchResult Found(std::vector<PassageHit> hits, std::vector<double> weights) {
  SearchResult result;
  result.hits = std::move(hits);
  result.word_weights = std::move(weights);
  return result;
}

PassageHit Hit(double score, double coverage, RowEvidence text, RowEvidence question = {}) {
  PassageHit hit;
  hit.score = score;
  hit.coverage = coverage;
  hit.text = text;
  hit.question = question;
  return hit;
}

TEST_CASE("features come from the best hit and its distance to the second") {
  const AnswerFeatures features = FeaturesOf(Found(
      {Hit(0.8, 0.5, {true, 0.2, 0.6}, {true, 0.4, 0.9}), Hit(0.6, 1, {true, 1, 1})}, {3.0, 1.0}));
  CHECK_THAT(features.coverage, WithinAbs(0.5, 1e-12));
  CHECK_THAT(features.mass, WithinAbs(1.0986123, 1e-6));  // ln(1 + 0.5 * 4)
  CHECK_THAT(features.cosine, WithinAbs(0.9, 1e-12));
  CHECK_THAT(features.agreement, WithinAbs(0.6, 1e-12));
  CHECK_THAT(features.margin, WithinAbs(0.25, 1e-12));
}

TEST_CASE("a hit without company or without a second row claims neither") {
  const AnswerFeatures features = FeaturesOf(Found({Hit(0.8, 0, {true, 0, -0.3})}, {}));
  CHECK(features.margin == 0);
  CHECK(features.agreement == 0);
  CHECK(features.cosine == 0);
  CHECK(features.mass == 0);
}

TEST_CASE("confidence is the logistic function of the weighed features") {
  const ConfidenceWeights hybrid = {-1, {2, 0.5, 1, 0, 4}};
  const ConfidenceWeights words = {-2, {}};
  // -1 + 2 * 0.5 + 0.5 * 1 + 1 * 0.5 = 1
  const AnswerFeatures features{0.5, 1, 0.5, 0.9, 0};
  CHECK_THAT(Confidence(features, hybrid), WithinAbs(0.7310586, 1e-6));
  CHECK_THAT(Confidence(features, words), WithinAbs(0.1192029, 1e-6));
}

TEST_CASE("nothing found is never enough, and more evidence never counts against") {
  const ConfidenceOptions options;
  for (const ConfidenceWeights& weights : {options.hybrid.weights, options.words.weights}) {
    AnswerFeatures features;
    features.cosine = 1;
    CHECK(Confidence(features, weights) < 0.1);  // nearness alone
    double last = 0;
    for (int step = 0; step <= 10; ++step) {
      features = {step / 10.0, step / 3.0, step / 10.0, step / 10.0, step / 10.0};
      const double now = Confidence(features, weights);
      CHECK(now >= last);
      last = now;
    }
    CHECK(last > 0.9);
  }
}

}  // namespace
}  // namespace clientele::qa

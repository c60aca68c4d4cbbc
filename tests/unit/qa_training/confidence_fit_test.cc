#include "services/qa-service/training/confidence/confidence_fit.h"

#include <random>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include "absl/strings/str_cat.h"

namespace clientele::qa {
namespace {

using Catch::Matchers::WithinAbs;

// Questions whose evidence is drawn from known weights: the fit must find them again.
ObservedKnowledge Drawn(const std::string& name, const ConfidenceWeights& weights, int count,
                        unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> unit(0, 1);
  ObservedKnowledge knowledge = {.name = name};
  for (int i = 0; i < count; ++i) {
    AnswerObservation observation;
    for (const NamedFeature& feature : kNamedFeatures) {
      observation.features.*feature.value = unit(random);
    }
    observation.topic = absl::StrCat("topic ", i % 97);
    observation.right = unit(random) < Confidence(observation.features, weights);
    // What is not right here stands for a question whose article is away.
    observation.stands = observation.right;
    ++(observation.stands ? knowledge.standing : knowledge.removed);
    knowledge.observations.push_back(std::move(observation));
  }
  return knowledge;
}

TEST_CASE("the weights that made the observations are found again, and are calibrated") {
  const ConfidenceWeights truth = {-4, {3, 2, 1, 0, 2}};
  const std::vector<ObservedKnowledge> observed = {Drawn("drawn", truth, 40000, 7)};
  const auto fit = FitConfidence(observed, {.penalty = 1e-3});
  REQUIRE(fit.ok());
  CHECK_THAT(fit->fitted.weights.bias, WithinAbs(truth.bias, 0.2));
  for (const NamedFeature& feature : kNamedFeatures) {
    INFO(feature.name);
    CHECK_THAT(fit->fitted.weights.of.*feature.value, WithinAbs(truth.of.*feature.value, 0.2));
  }
  CHECK(fit->expected_calibration_error < 0.015);
}

TEST_CASE("no more questions without their article are answered than allowed, and just as many") {
  const std::vector<ObservedKnowledge> observed = {Drawn("one", {-4, {3, 2, 1, 0, 2}}, 6000, 1),
                                                   Drawn("two", {-3, {1, 2, 3, 1, 0}}, 2000, 2)};
  for (const double share : {0.02, 0.1}) {
    const auto fit = FitConfidence(observed, {.max_answered_removed = share});
    REQUIRE(fit.ok());
    REQUIRE(fit->knowledge.size() == 2);
    const double mean =
        (fit->knowledge[0].answered_removed + fit->knowledge[1].answered_removed) / 2;
    CHECK(mean <= share);
    CHECK(mean > share - 0.005);
    CHECK(fit->knowledge[0].answered_rightly <= fit->knowledge[0].right_first);
    CHECK(fit->knowledge[0].answered_rightly > 0);
  }
}

TEST_CASE("a confidence cannot be fitted to nothing, nor to what is never right") {
  CHECK(absl::IsInvalidArgument(FitConfidence({}, {}).status()));
  ObservedKnowledge wrong = Drawn("wrong", {0, {}}, 100, 3);
  for (AnswerObservation& observation : wrong.observations) observation.right = false;
  CHECK(absl::IsFailedPrecondition(FitConfidence({&wrong, 1}, {}).status()));
}

TEST_CASE("a topic is away in one round, the same each time") {
  std::vector<int> rounds(kRemovalRounds, 0);
  for (int i = 0; i < 1000; ++i) {
    const std::string topic = absl::StrCat("topic ", i);
    CHECK(RoundOf(topic) == RoundOf(topic));
    ++rounds.at(RoundOf(topic));
  }
  for (const int topics : rounds) CHECK(topics > 100);
}

}  // namespace
}  // namespace clientele::qa

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
    ObservedHit hit = {.score = 1};
    for (const NamedFeature& feature : kNamedFeatures) {
      if (!feature.judged) hit.features.*feature.value = unit(random);
    }
    hit.right = unit(random) < Confidence(hit.features, weights);
    // A second hit that makes the margin.
    const ObservedHit second = {.score = 1 - hit.features.margin};
    // What is not right here stands for a question whose article is away.
    AnswerObservation observation = {
        .hits = {hit, second}, .stands = hit.right, .topic = absl::StrCat("topic ", i % 97)};
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

// Two hits of about the same score, of which a reader knows the right one four times out of five.
ObservedKnowledge ReadByAReader(int count, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> unit(0, 1);
  ObservedKnowledge knowledge = {.name = "read"};
  for (int i = 0; i < count; ++i) {
    AnswerObservation observation = {.stands = i % 2 == 0, .topic = absl::StrCat("topic ", i % 97)};
    const int right = unit(random) < 0.5 ? 0 : 1;
    const bool knows = unit(random) < 0.8;
    for (int hit = 0; hit < 2; ++hit) {
      const bool liked = observation.stands && (hit == right) == knows;
      observation.hits.push_back({.features = {.reading = liked ? 0.5 : -0.5},
                                  .score = 0.5 + 0.1 * unit(random),
                                  .right = observation.stands && hit == right});
    }
    ++(observation.stands ? knowledge.standing : knowledge.removed);
    knowledge.observations.push_back(std::move(observation));
  }
  return knowledge;
}

TEST_CASE("a reader that knows the right passage orders the hits and makes the confidence") {
  const std::vector<ObservedKnowledge> observed = {ReadByAReader(6000, 5)};
  const auto fit = FitConfidence(observed, {.max_answered_removed = 0.05});
  REQUIRE(fit.ok());
  CHECK(fit->fitted.order.rank == 0);
  CHECK(fit->fitted.order.reading >= 0.1);
  CHECK(fit->fitted.weights.of.reading > 1);
  CHECK(fit->fitted.weights.of.rank == 0);
  CHECK_THAT(fit->knowledge[0].right_first, WithinAbs(0.8, 0.03));
  CHECK(fit->knowledge[0].answered_removed <= 0.05);
  CHECK(fit->knowledge[0].answered > 0.9);
}

TEST_CASE("the first hit is by the weights, and the margin is of the scores that ordered") {
  const AnswerObservation observation = {
      .hits = {{.features = {.coverage = 0.1, .rank = -1}, .score = 0.9},
               {.features = {.coverage = 0.2, .rank = 1}, .score = 0.8, .right = true}}};
  const FirstHit searched = FirstOf(observation, {.rank = 0});
  CHECK(searched.features.coverage == 0.1);
  CHECK_FALSE(searched.right);
  CHECK_THAT(searched.features.margin, WithinAbs(0.1 / 0.9, 1e-12));
  const FirstHit ranked = FirstOf(observation, {.rank = 0.2});
  CHECK(ranked.right);
  CHECK_THAT(ranked.features.margin, WithinAbs(0.3, 1e-12));  // 1.0 and 0.7
}

TEST_CASE("a confidence cannot be fitted to nothing, nor to what is never right") {
  CHECK(absl::IsInvalidArgument(FitConfidence({}, {}).status()));
  ObservedKnowledge wrong = Drawn("wrong", {0, {}}, 100, 3);
  for (AnswerObservation& observation : wrong.observations) observation.hits[0].right = false;
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

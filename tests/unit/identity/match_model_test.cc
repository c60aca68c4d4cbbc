#include "services/profile-service/core/identity/match_model.h"

#include <array>
#include <cmath>
#include <map>
#include <random>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

namespace clientele::profile {
namespace {

// Patterns drawn from a mixture with known parameters.
struct Mixture {
  std::vector<std::array<double, kAgreements>> m, u;
  double share = 0;  // of matches among all pairs

  AgreementPattern Draw(std::mt19937_64& random, bool match) const {
    AgreementPattern pattern = 0;
    for (std::size_t field = 0; field < m.size(); ++field) {
      const auto& levels = match ? m[field] : u[field];
      std::discrete_distribution<int> level(levels.begin(), levels.end());
      pattern = WithAgreement(pattern, field, static_cast<Agreement>(level(random)));
    }
    return pattern;
  }
};

Mixture MakeMixture() {
  Mixture mixture;
  mixture.share = 0.02;
  for (int field = 0; field < 6; ++field) {
    const double exact = 0.9 - 0.05 * field;
    // Missing in a tenth of the pairs of either kind.
    mixture.m.push_back(
        {0.1, 0.9 * exact, 0, 0.9 * (1 - exact) / 2, 0, 0, 0, 0.9 * (1 - exact) / 2});
    mixture.u.push_back(
        {0.1, 0.9 * 0.02 * (field + 1), 0, 0.9 * 0.05, 0, 0, 0, 0.9 * (0.95 - 0.02 * (field + 1))});
  }
  return mixture;
}

TEST_CASE("expectation maximization finds the parameters of a mixture again") {
  const Mixture mixture = MakeMixture();
  constexpr double kPairs = 400'000;
  std::mt19937_64 random(3);
  std::map<AgreementPattern, PatternCount> counts;
  double matches = 0;
  for (int i = 0; i < static_cast<int>(kPairs); ++i) {
    const bool match = std::bernoulli_distribution(mixture.share)(random);
    matches += match ? 1 : 0;
    const AgreementPattern pattern = mixture.Draw(random, match);
    PatternCount& count = counts[pattern];
    count.pattern = pattern;
    count.candidates += 1;
    count.random += 1;
  }
  std::vector<PatternCount> list;
  for (const auto& [pattern, count] : counts) list.push_back(count);
  const MatchModel model =
      MatchModel::Learn(list, {.fields = 6, .pairs = {kPairs, 0}, .records = 20'000});
  CHECK(model.expected_matches() == Catch::Approx(matches).epsilon(0.02));
  CHECK(model.prior(false) == Catch::Approx(std::log(matches / (kPairs - matches))).margin(0.02));
  for (std::size_t field = 0; field < 6; ++field) {
    for (const Agreement level : {Agreement::kExact, Agreement::kClose, Agreement::kDifferent}) {
      // Of the pairs in which the field is not missing.
      const auto at = static_cast<std::size_t>(level);
      CHECK(model.m(field, level) == Catch::Approx(mixture.m[field][at] / 0.9).margin(0.02));
      CHECK(model.u(field, level) == Catch::Approx(mixture.u[field][at] / 0.9).margin(0.003));
    }
    CHECK(model.weight(field, Agreement::kExact) ==
          Catch::Approx(
              std::log(model.m(field, Agreement::kExact) / model.u(field, Agreement::kExact))));
    CHECK(model.weight(field, Agreement::kMissing) == 0);
  }
}

TEST_CASE("matches within a source and across sources have priors of their own") {
  const Mixture mixture = MakeMixture();
  std::mt19937_64 random(4);
  std::vector<PatternCount> list;
  for (int i = 0; i < 100'000; ++i) {
    const bool across = i % 2 == 1;
    const bool match = across && std::bernoulli_distribution(0.05)(random);
    list.push_back({mixture.Draw(random, match), across, 1, 1});
  }
  const MatchModel model =
      MatchModel::Learn(list, {.fields = 6, .pairs = {50'000, 50'000}, .records = 2'000});
  CHECK(model.prior(true) == Catch::Approx(std::log(0.05 / 0.95)).margin(0.1));
  CHECK(model.prior(false) < std::log(0.001));
}

// Fields: two personal, two shared. Pairs of one household agree in the shared ones.
std::vector<PatternCount> DrawWithHouseholds(double households, std::uint64_t seed) {
  const auto field = [](double exact) {
    return std::array<double, kAgreements>{0, exact, 0, 0, 0, 0, 0, 1 - exact};
  };
  const Mixture persons{.m = {field(0.9), field(0.9), field(0.9), field(0.9)},
                        .u = {field(0.01), field(0.01), field(0.01), field(0.01)}};
  const Mixture families{.m = {field(0.01), field(0.01), field(0.95), field(0.95)}, .u = {}};
  std::mt19937_64 random(seed);
  std::map<AgreementPattern, PatternCount> counts;
  for (int i = 0; i < 200'000; ++i) {
    const double kind = std::uniform_real_distribution<double>()(random);
    const AgreementPattern pattern = kind < 0.01                ? persons.Draw(random, true)
                                     : kind < 0.01 + households ? families.Draw(random, true)
                                                                : persons.Draw(random, false);
    PatternCount& count = counts[pattern];
    count.pattern = pattern;
    count.candidates += 1;
    count.random += 1;
  }
  std::vector<PatternCount> list;
  for (const auto& [pattern, count] : counts) list.push_back(count);
  return list;
}

TEST_CASE("families are told from matches, and not seen where there are none") {
  MatchModelOptions options{.fields = 4,
                            .pairs = {200'000, 0},
                            .records = 10'000,
                            .types = {FieldType::kGivenName, FieldType::kDateOfBirth,
                                      FieldType::kSurname, FieldType::kAddress}};
  const std::vector<PatternCount> with = DrawWithHouseholds(0.03, 5);
  const MatchModel model = MatchModel::Learn(with, options);
  REQUIRE(model.related().size() == 1);
  CHECK(model.related()[0].relation == Relation::kHousehold);
  CHECK(model.expected_matches() == Catch::Approx(2000).epsilon(0.1));
  CHECK(model.m(0, Agreement::kExact) == Catch::Approx(0.9).margin(0.03));
  CHECK(std::exp(model.related()[0].LogPrior(false)) == Catch::Approx(0.03).epsilon(0.1));
  CHECK(MatchModel::Learn(DrawWithHouseholds(0, 6), options).related().empty());
  // Without that kind of pair families are the matches.
  options.types.clear();
  CHECK(MatchModel::Learn(with, options).expected_matches() > 4000);
}

TEST_CASE("where nobody is there twice, namesakes are not taken for matches") {
  const auto field = [](double exact, double vague) {
    return std::array<double, kAgreements>{0, exact, 0, 0, 0, vague, 0, 1 - exact - vague};
  };
  Mixture mixture;
  mixture.m = {field(0.97, 0), field(1e-6, 0), field(1e-6, 0.9)};
  mixture.u = {field(0.002, 0), field(1e-6, 0), field(1e-6, 0.001)};
  std::mt19937_64 random(9);
  std::vector<PatternCount> list;
  for (int i = 0; i < 50'000; ++i) {
    const bool alike = std::bernoulli_distribution(0.02)(random);
    list.push_back({mixture.Draw(random, alike), false, 1, 1});
  }
  const MatchModel model = MatchModel::Learn(
      list, {.fields = 3,
             .pairs = {50'000, 0},
             .records = 2'000,
             .types = {FieldType::kFullName, FieldType::kPhone, FieldType::kEmail}});
  CHECK(model.expected_matches() < 5);
}

TEST_CASE("related pairs take their part of the odds") {
  CHECK(MatchModel::LogOdds(3, {}) == Catch::Approx(3));
  CHECK(MatchModel::LogOdds(3, {0.0}) == Catch::Approx(3 - std::log(2)));
  CHECK(MatchModel::LogOdds(700, {690.0, 690.0}) == Catch::Approx(10 - std::log(2)));
}

TEST_CASE("without pairs there is a model all the same, with finite weights") {
  const MatchModel model = MatchModel::Learn({}, {.fields = 2, .pairs = {0, 0}, .records = 0});
  for (int level = 0; level < kAgreements; ++level) {
    CHECK(std::isfinite(model.weight(1, static_cast<Agreement>(level))));
  }
  CHECK(std::isfinite(model.prior(false)));
}

}  // namespace
}  // namespace clientele::profile

#include "services/recommend-service/core/experiments/experiments.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "tests/contract/recommend/experiment_store_contract.h"
#include "tests/contract/recommend/memory_experiments.h"
#include "tests/support/fake_clock.h"

namespace clientele::recommend {
namespace {

using Catch::Approx;
using testing::SampleExperiment;
using testing::SampleFeedback;

// Days of an experiment: how many of each variant's new customers convert.
class Days {
 public:
  Days(std::uint64_t seed, int a_day, double control_rate, double variant_rate)
      : random_(seed),
        a_day_(a_day),
        control_(a_day, control_rate),
        variant_(a_day, variant_rate) {}
  void Pass() {
    for (auto* counts : {&control, &variant}) counts->exposed += a_day_;
    control.converted += control_(random_);
    variant.converted += variant_(random_);
  }
  ConversionCounts control, variant;

 private:
  std::mt19937_64 random_;
  const int a_day_;
  std::binomial_distribution<std::int64_t> control_, variant_;
};

bool Differs(const DifferenceInterval& interval) {
  return interval.lower > 0 || interval.upper < 0;
}

TEST_CASE("of 2,000 tests of equal variants that are looked at daily few call a difference") {
  constexpr int kTests = 2000, kDays = 28;
  constexpr double kErrorRate = 0.05;
  for (const auto& [a_day, rate] : {std::pair(40, 0.02), std::pair(400, 0.1)}) {
    int called = 0, called_by_daily_z_tests = 0;
    for (int test = 0; test < kTests; ++test) {
      Days days(static_cast<std::uint64_t>(test), a_day, rate, rate);
      bool differs = false, z_differs = false;
      for (int day = 0; day < kDays; ++day) {
        days.Pass();
        differs |= Differs(AlwaysValidDifference(days.control, days.variant, kErrorRate, 5000));
        const double n = static_cast<double>(days.control.exposed);
        const double pooled = (days.control.rate() + days.variant.rate()) / 2;
        z_differs |= std::abs(days.variant.rate() - days.control.rate()) >
                     1.96 * std::sqrt(2 * pooled * (1 - pooled) / n);
      }
      called += differs;
      called_by_daily_z_tests += z_differs;
    }
    INFO(a_day << " a day: " << called << " and " << called_by_daily_z_tests << " of " << kTests);
    CHECK(called <= kErrorRate * kTests);
    // The same data fool who trusts an interval for one look.
    CHECK(called_by_daily_z_tests > 3 * kErrorRate * kTests);
  }
}

TEST_CASE("a true difference lies in the intervals of all days, and is called in the end") {
  constexpr int kTests = 300, kDays = 60;
  int missed = 0, called = 0;
  for (int test = 0; test < kTests; ++test) {
    Days days(static_cast<std::uint64_t>(test), 400, 0.10, 0.12);
    bool misses = false, differs = false;
    for (int day = 0; day < kDays; ++day) {
      days.Pass();
      const auto interval = AlwaysValidDifference(days.control, days.variant, 0.05, 10'000);
      misses |= interval.lower > 0.02 || interval.upper < 0.02;
      differs |= interval.lower > 0;
    }
    missed += misses;
    called += differs;
  }
  INFO(missed << " missed, " << called << " called");
  CHECK(missed <= 0.05 * kTests);
  CHECK(called >= 0.9 * kTests);
}

TEST_CASE("an interval is that of the formula, and of nothing before both were shown") {
  // Computed apart with n0 = 1000, x0 = 100, n1 = 2000, x1 = 250, a = 0.05, m = 10000.
  const double p0 = 101.0 / 1002, p1 = 251.0 / 2002;
  const double s0 = p0 * (1 - p0), s1 = p1 * (1 - p1);
  const double v = s0 / 1000 + s1 / 2000, l = 2 * std::log(20.0);
  const double t2 = (s0 + s1) / 10'000 * (l + std::log(l + 1));
  // The mixture's likelihood ratio of the bound against 0 is 1 / a.
  const auto interval = AlwaysValidDifference({1000, 100}, {2000, 250}, 0.05, 10'000);
  const double half = (interval.upper - interval.lower) / 2;
  CHECK((interval.upper + interval.lower) / 2 == Approx(0.125 - 0.1));
  CHECK(std::sqrt(v / (v + t2)) * std::exp(t2 * half * half / (2 * v * (v + t2))) == Approx(20));
  const auto nothing = AlwaysValidDifference({}, {2000, 250}, 0.05, 10'000);
  CHECK(nothing.lower == -1);
  CHECK(nothing.upper == 1);
  const auto one = AlwaysValidDifference({1, 0}, {1, 1}, 0.05, 10'000);
  CHECK(one.lower == -1);
  CHECK(one.upper == 1);
}

TEST_CASE("customers keep their variant, and variants get their shares") {
  Experiment experiment = SampleExperiment("reasons");
  experiment.variants = {{"a", 1}, {"b", 2}, {"c", 7}};
  std::map<std::string, int> shares;
  int same_elsewhere = 0;
  Experiment other = experiment;
  other.id = "another";
  constexpr int kCustomers = 20'000;
  for (int c = 0; c < kCustomers; ++c) {
    const std::string customer = absl::StrCat("c-", c);
    const std::string variant = VariantOf(experiment, customer).id;
    CHECK(VariantOf(experiment, customer).id == variant);
    ++shares[variant];
    same_elsewhere += VariantOf(other, customer).id == variant;
  }
  // Within four standard deviations.
  CHECK(std::abs(shares["a"] - 2000) < 4 * std::sqrt(kCustomers * 0.1 * 0.9));
  CHECK(std::abs(shares["b"] - 4000) < 4 * std::sqrt(kCustomers * 0.2 * 0.8));
  CHECK(std::abs(shares["c"] - 14000) < 4 * std::sqrt(kCustomers * 0.7 * 0.3));
  // Independent of the variant in another experiment: 0.1^2 + 0.2^2 + 0.7^2.
  CHECK(std::abs(same_elsewhere - kCustomers * 0.54) < 4 * std::sqrt(kCustomers * 0.54 * 0.46));
  experiment.stop_time = absl::UnixEpoch();
  for (int c = 0; c < 100; ++c) CHECK(VariantOf(experiment, absl::StrCat("c-", c)).id == "a");
}

struct Running {
  Running() {
    REQUIRE(experiments.Create({}, {}, SampleExperiment("e1"), false).ok());
    changefeed::ChangeBatch batch{{}, "next"};
    for (int c = 0; c < 100; ++c) {
      batch.changes.push_back({.kind = changefeed::Change::Kind::kCustomerCreated,
                               .customer_id = absl::StrCat("c", c),
                               .change_time = {},
                               .event = {}});
    }
    REQUIRE(store.Apply("", batch).ok());
  }
  absl::StatusOr<FeedbackRecorded> Record(std::vector<Feedback> feedback) {
    return experiments.Record({}, {}, std::move(feedback));
  }

  clientele::testing::FakeClock clock;
  testing::MemoryExperiments store{&clock};
  Experiments experiments{&store, &clock};
};

TEST_CASE("a report has the rates of the variants that customers were assigned to") {
  Running running;
  std::map<std::string, ConversionCounts> expected;
  for (int c = 0; c < 100; ++c) {
    const std::string customer = absl::StrCat("c", c);
    const auto variant = running.experiments.Assign({}, "e1", customer);
    REQUIRE(variant.ok());
    Feedback shown = SampleFeedback(customer, "s", FeedbackType::kShown);
    shown.variant_id = "whatever a caller says";
    std::vector<Feedback> feedback = {shown};
    ++expected[variant->id].exposed;
    if (c % 3 == 0) {
      feedback.push_back(SampleFeedback(customer, "b", FeedbackType::kBought));
      ++expected[variant->id].converted;
    }
    REQUIRE(running.Record(feedback)->created == static_cast<std::int64_t>(feedback.size()));
  }
  const auto report = running.experiments.Report({}, "e1");
  REQUIRE(report.ok());
  REQUIRE(report->size() == 2);
  CHECK(report->at(0).variant_id == "old");
  CHECK(report->at(0).lift == 0);
  for (const VariantReport& one : *report) {
    CHECK(one.counts.exposed == expected[one.variant_id].exposed);
    CHECK(one.counts.converted == expected[one.variant_id].converted);
  }
  const double control = report->at(0).counts.rate(), other = report->at(1).counts.rate();
  CHECK(report->at(1).lift == Approx((other - control) / control));
  CHECK(report->at(1).difference.lower < other - control);
  CHECK(report->at(1).difference.upper > other - control);
}

TEST_CASE("comparisons of several variants share the error rate") {
  Running running;
  Experiment three = SampleExperiment("e3");
  three.variants.push_back({"third", 1, Method::kFoldIn});
  REQUIRE(running.experiments.Create({}, {}, three, false).ok());
  for (int c = 0; c < 100; ++c) {
    Feedback shown = SampleFeedback(absl::StrCat("c", c), "s", FeedbackType::kShown);
    shown.experiment_id = "e3";
    REQUIRE(running.Record({shown}).ok());
  }
  const auto report = running.experiments.Report({}, "e3");
  REQUIRE(report->size() == 3);
  const auto expected = AlwaysValidDifference(report->at(0).counts, report->at(2).counts,
                                              three.error_rate / 2, three.planned_exposures);
  CHECK(report->at(2).difference.upper == expected.upper);
}

TEST_CASE("feedback after the end is stored and not counted") {
  Running running;
  REQUIRE(running.experiments.Stop({}, {}, "e1").ok());
  CHECK(running.Record({SampleFeedback("c1", "s", FeedbackType::kShown)})->created == 1);
  CHECK(running.experiments.Report({}, "e1")->at(0).counts.exposed == 0);
}

TEST_CASE("wrong feedback is refused with every reason") {
  Running running;
  const auto refused = [&](const Feedback& feedback) {
    return absl::IsInvalidArgument(running.Record({feedback}).status());
  };
  const Feedback good = SampleFeedback("c1", "s", FeedbackType::kShown);
  CHECK(running.Record({good}).ok());
  Feedback bad = good;
  bad.experiment_id = "none";
  CHECK(refused(bad));
  bad = good;
  bad.feedback_id = "with space";
  CHECK(refused(bad));
  bad = good;
  bad.type = FeedbackType::kNone;
  CHECK(refused(bad));
  bad = good;
  bad.time = running.clock.Now() + absl::Hours(25);
  CHECK(refused(bad));
  bad = good;
  bad.customer_id = "";
  CHECK(refused(bad));
  CHECK(absl::IsInvalidArgument(running.Record({}).status()));
  CHECK(absl::IsInvalidArgument(running.Record(std::vector<Feedback>(1001, good)).status()));
}

TEST_CASE("an experiment outside its limits is refused") {
  Running running;
  const auto refused = [&](auto change) {
    Experiment experiment = SampleExperiment("e2");
    change(experiment);
    return absl::IsInvalidArgument(running.experiments.Create({}, {}, experiment, true).status());
  };
  CHECK(!refused([](Experiment&) {}));
  CHECK(refused([](Experiment& e) { e.id = "no/id"; }));
  CHECK(refused([](Experiment& e) { e.variants.pop_back(); }));
  CHECK(refused([](Experiment& e) { e.variants.resize(11, {"x", 1}); }));
  CHECK(refused([](Experiment& e) { e.variants[1].id = e.variants[0].id; }));
  CHECK(refused([](Experiment& e) { e.variants[1].weight = 0; }));
  CHECK(refused([](Experiment& e) { e.goal = FeedbackType::kShown; }));
  CHECK(refused([](Experiment& e) { e.error_rate = std::numeric_limits<double>::quiet_NaN(); }));
  CHECK(refused([](Experiment& e) { e.error_rate = 0.6; }));
  CHECK(refused([](Experiment& e) { e.conversion_days = 366; }));
  CHECK(refused([](Experiment& e) { e.planned_exposures = 99; }));
}

TEST_CASE("experiments are listed in pages") {
  Running running;
  for (const char* id : {"e2", "e3"}) {
    REQUIRE(running.experiments.Create({}, {}, SampleExperiment(id), false).ok());
  }
  const auto first = running.experiments.List({}, 2, "");
  REQUIRE(first->experiments.size() == 2);
  const auto second = running.experiments.List({}, 2, first->next_page_token);
  REQUIRE(second->experiments.size() == 1);
  CHECK(second->experiments[0].id == "e3");
  CHECK(second->next_page_token.empty());
  CHECK(absl::IsInvalidArgument(running.experiments.List({}, 2, "!").status()));
}

}  // namespace
}  // namespace clientele::recommend

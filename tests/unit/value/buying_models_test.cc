#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"

#include "services/profile-service/training/value/repeat_buying.h"
#include "services/profile-service/training/value/spend_per_purchase.h"
#include "tests/support/paths.h"

namespace clientele::profile {
namespace {

using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

std::int32_t DayOfNumber(int number) {
  const absl::CivilDay day(number / 10000, number / 100 % 100, number % 100);
  return static_cast<std::int32_t>(day - absl::CivilDay(1970, 1, 1));
}

// The 2,357 customers of the published example, up to the end of September 1997.
std::vector<BuyingRecord> PublishedRecords() {
  const auto file =
      std::filesystem::path(testing::SourceDir()) / "../shared/data/cdnow/CDNOW_sample.txt";
  if (!std::filesystem::exists(file)) SKIP("shared/data/cdnow is not here");
  std::ifstream in(file);
  std::string master;
  std::string customer;
  int date = 0;
  int count = 0;
  double amount = 0;
  PurchaseHistory history;
  while (in >> master >> customer >> date >> count >> amount) {
    history.Add(customer, DayOfNumber(date), amount);
  }
  history.Finish();
  std::vector<BuyingRecord> records;
  for (const std::size_t c : history.CustomersAt(DayOfNumber(19970930))) {
    records.push_back(history.RecordAt(c, DayOfNumber(19970930)));
  }
  return records;
}

// What customers of the model do, drawn one by one.
struct Simulated {
  BuyingRecord record;
  double later = 0;  // purchases after the record
};

Simulated Draw(const RepeatBuying& model, double age, double later, std::mt19937_64& random) {
  std::gamma_distribution<double> rates(model.r, 1 / model.alpha);
  std::gamma_distribution<double> leaving(model.a, 1);
  std::gamma_distribution<double> staying(model.b, 1);
  const double rate = rates(random);
  const double left = leaving(random);
  const double leaves = left / (left + staying(random));
  std::exponential_distribution<double> wait(rate);
  std::bernoulli_distribution goes(leaves);
  Simulated drawn{.record = {.age = age}, .later = 0};
  for (double time = wait(random); time < age + later; time += wait(random)) {
    if (time <= age) {
      drawn.record.repeats += 1;
      drawn.record.recency = time;
    } else {
      drawn.later += 1;
    }
    if (goes(random)) break;
  }
  return drawn;
}

TEST_CASE("BG/NBD gives the published parameters of CDNOW") {
  const std::vector<BuyingRecord> records = PublishedRecords();
  const auto model = FitRepeatBuying(records);
  REQUIRE(model.ok());
  // Fader, Hardie, Lee 2005, table 2, but for the handful of customers whose only purchase was
  // free.
  CHECK(records.size() > 2340);
  CHECK_THAT(model->r, WithinAbs(0.243, 0.005));
  CHECK_THAT(model->alpha, WithinAbs(4.414, 0.08));
  CHECK_THAT(model->a, WithinAbs(0.793, 0.02));
  CHECK_THAT(model->b, WithinAbs(2.426, 0.06));
}

TEST_CASE("gamma-gamma gives the published parameters of CDNOW") {
  const auto model = FitSpendPerPurchase(PublishedRecords());
  REQUIRE(model.ok());
  // Fader, Hardie 2013, section 5.
  CHECK_THAT(model->p, WithinAbs(6.25, 0.1));
  CHECK_THAT(model->q, WithinAbs(3.74, 0.05));
  CHECK_THAT(model->gamma, WithinAbs(15.44, 0.4));
}

TEST_CASE("the published customer is expected to buy 1.226 times in 39 weeks") {
  const RepeatBuying model{.r = 0.243, .alpha = 4.414, .a = 0.793, .b = 2.426};
  const BuyingRecord record{.repeats = 2, .recency = 30.43, .age = 38.86};
  CHECK_THAT(ExpectedPurchases(model, record, 39), WithinAbs(1.226, 0.002));
}

TEST_CASE("expected purchases are the mean of what simulated customers do") {
  const RepeatBuying model{.r = 0.6, .alpha = 5, .a = 0.9, .b = 2.2};
  std::mt19937_64 random(7);
  double expected = 0;
  double happened = 0;
  std::vector<BuyingRecord> records;
  for (int i = 0; i < 40'000; ++i) {
    const Simulated drawn = Draw(model, 30, 26, random);
    expected += ExpectedPurchases(model, drawn.record, 26);
    happened += drawn.later;
    records.push_back(drawn.record);
  }
  CHECK_THAT(expected, WithinRel(happened, 0.03));
  const auto fitted = FitRepeatBuying(records);
  REQUIRE(fitted.ok());
  CHECK_THAT(fitted->r, WithinRel(model.r, 0.1));
  CHECK_THAT(fitted->alpha, WithinRel(model.alpha, 0.1));
}

TEST_CASE("who bought a thousand times, and where a is 1, is expected finite purchases") {
  const BuyingRecord often{.repeats = 1000, .recency = 500, .age = 501};
  CHECK(std::isfinite(ExpectedPurchases({.r = 0.2, .alpha = 4, .a = 0.8, .b = 2.4}, often, 52)));
  const BuyingRecord few{.repeats = 2, .recency = 30, .age = 39};
  const double at_one = ExpectedPurchases({.r = 0.2, .alpha = 4, .a = 1, .b = 2.4}, few, 39);
  CHECK_THAT(ExpectedPurchases({.r = 0.2, .alpha = 4, .a = 1.001, .b = 2.4}, few, 39),
             WithinRel(at_one, 0.01));
}

TEST_CASE("who has not bought for long has probably left, and who bought once has not") {
  const RepeatBuying model{.r = 0.243, .alpha = 4.414, .a = 0.793, .b = 2.426};
  const double lately = ProbabilityAlive(model, {.repeats = 5, .recency = 38, .age = 39});
  const double long_ago = ProbabilityAlive(model, {.repeats = 5, .recency = 10, .age = 39});
  CHECK(lately > 0.8);
  CHECK(long_ago < 0.2);
  CHECK(ProbabilityAlive(model, {.repeats = 0, .recency = 0, .age = 39}) == 1);
}

TEST_CASE("the more purchases tell of a customer, the less the mean of everybody counts") {
  const SpendPerPurchase model{.p = 6.25, .q = 3.74, .gamma = 15.44};
  const double nobody = ExpectedAmount(model, {});
  const double once = ExpectedAmount(model, {.repeats = 1, .mean_amount = 100});
  const double often = ExpectedAmount(model, {.repeats = 50, .mean_amount = 100});
  CHECK(nobody < once);
  CHECK(once < often);
  CHECK_THAT(often, WithinAbs(100, 2));
}

TEST_CASE("models of repeats are refused where nobody repeats") {
  const std::vector<BuyingRecord> once = {{.age = 3}, {.age = 9}};
  CHECK(absl::IsInvalidArgument(FitRepeatBuying(once).status()));
  CHECK(absl::IsInvalidArgument(FitRepeatBuying({}).status()));
  CHECK(absl::IsInvalidArgument(FitSpendPerPurchase(once).status()));
}

}  // namespace
}  // namespace clientele::profile

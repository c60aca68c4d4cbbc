#include "services/profile-service/training/value/value_model.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "services/profile-service/training/value/value_features.h"

namespace clientele::profile {
namespace {

// Half of them buy every month, the others once or twice and never again.
PurchaseHistory TwoKindsOfCustomers() {
  PurchaseHistory history;
  std::mt19937_64 random(3);
  std::uniform_int_distribution<int> start(0, 60);
  std::uniform_int_distribution<int> jitter(-4, 4);
  for (int c = 0; c < 300; ++c) {
    const bool loyal = c % 2 == 0;
    const int first = start(random);
    const int purchases = loyal ? 12 : 1 + c % 4 / 3;
    for (int i = 0; i < purchases; ++i) {
      history.Add(absl::StrCat(c), first + 30 * i + jitter(random), loyal ? 40 : 15);
    }
  }
  history.Finish();
  return history;
}

TEST_CASE("features of a day do not change with what happens after it") {
  PurchaseHistory known;
  PurchaseHistory more;
  for (const int day : {0, 9, 30, 44}) {
    for (const char* customer : {"a", "b", "c"}) {
      known.Add(customer, day, 5 + day);
      more.Add(customer, day, 5 + day);
    }
  }
  more.Add("a", 61, 1000);
  known.Finish();
  more.Finish();
  const auto models = FitBuyingModels(known, 60);
  REQUIRE(models.ok());
  const auto same = FitBuyingModels(more, 60);
  REQUIRE(same.ok());
  const auto rows = ValueFeatures(known, known.CustomersAt(60), 60, *models, 30);
  const auto again = ValueFeatures(more, more.CustomersAt(60), 60, *same, 30);
  REQUIRE(rows.rows == 3);
  CHECK(rows.values == again.values);
  CHECK(std::all_of(rows.values.begin(), rows.values.end(),
                    [](double value) { return std::isfinite(value); }));
}

TEST_CASE("who bought once has no gaps, and recency and frequency are what they are called") {
  PurchaseHistory history;
  history.Add("once", 10, 5);
  history.Add("often", 0, 5);
  history.Add("often", 20, 5);
  history.Finish();
  const auto models = FitBuyingModels(history, 25);
  REQUIRE(models.ok());
  const auto rows = ValueFeatures(history, history.CustomersAt(25), 25, *models, 30);
  const auto plain = RecencyAndFrequency(rows);
  CHECK(plain.values == std::vector<double>{15, 1, 5, 2});
  CHECK(std::any_of(rows.Row(0), rows.Row(1), [](double value) { return std::isnan(value); }));
}

TEST_CASE("who buys and for how much is told better than by nothing at all") {
  const PurchaseHistory history = TwoKindsOfCustomers();
  const auto score = EvaluateValue(history, 240, {.days = 60, .origins = 2});
  REQUIRE(score.ok());
  CHECK(score->customers == 300);
  CHECK(score->auc > 0.95);
  CHECK(score->mae < score->mae_nothing);
}

TEST_CASE("a history that is too short, or days out of range, are refused") {
  const PurchaseHistory history = TwoKindsOfCustomers();
  const auto refused = [&](std::int32_t day, const ValueOptions& options) {
    return absl::IsInvalidArgument(TrainValue(history, day, options).status());
  };
  CHECK(refused(100, {.days = 60}));
  CHECK(refused(300, {.days = 6}));
  CHECK(refused(300, {.days = 60, .origins = 0}));
  PurchaseHistory empty;
  empty.Finish();
  CHECK(absl::IsInvalidArgument(TrainValue(empty, 300, {.days = 60}).status()));
}

}  // namespace
}  // namespace clientele::profile

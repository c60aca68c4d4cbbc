#include "services/profile-service/training/value/purchase_history.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

namespace clientele::profile {
namespace {

TEST_CASE("purchases of a day are one, and a return takes from its day") {
  PurchaseHistory history;
  history.Add("b", 20, 5);
  history.Add("a", 17, 10);
  history.Add("a", 10, 4);
  history.Add("a", 10, 6);
  history.Add("a", 24, 8);
  history.Add("a", 24, -8);
  history.Add("returned", 10, -3);
  CHECK(history.Finish() == std::vector<std::string>{"b", "a"});
  REQUIRE(history.customers() == 2);
  REQUIRE(history.PurchasesOf(1).size() == 2);
  CHECK(history.PurchasesOf(1)[0].amount == 10);
  CHECK(history.first_day() == 10);
  CHECK(history.last_day() == 20);
}

TEST_CASE("a record of a day knows nothing of later days") {
  PurchaseHistory history;
  for (const int day : {0, 7, 21, 70}) history.Add("a", day, 10.0 + day);
  history.Add("late", 50, 1);
  history.Finish();
  CHECK(history.CustomersAt(49) == std::vector<std::size_t>{0});
  CHECK(history.CustomersAt(50).size() == 2);
  const BuyingRecord record = history.RecordAt(0, 28);
  CHECK(record.repeats == 2);
  CHECK(record.recency == 3);
  CHECK(record.age == 4);
  CHECK(record.mean_amount == (17.0 + 31.0) / 2);
  CHECK(history.AmountAfter(0, 21, 70) == 80);
  CHECK(history.AmountAfter(0, 21, 69) == 0);
}

}  // namespace
}  // namespace clientele::profile

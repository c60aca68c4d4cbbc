#include "tools/sample-data/company.h"

#include <map>
#include <set>

#include <catch2/catch_test_macros.hpp>

#include "tools/sample-data/catalog.h"
#include "tools/sample-data/random_stream.h"

namespace clientele::sample {
namespace {

const Company& Default() {
  static const Company company = MakeCompany({});
  return company;
}

TEST_CASE("the random stream's first values never change") {
  RandomStream random(7, "item", 0);
  RandomStream again(7, "item", 0);
  RandomStream other(7, "item", 1);
  const uint64_t first = random.Next();
  CHECK(first == again.Next());
  CHECK(first != other.Next());
  for (int i = 0; i < 1000; ++i) {
    const int64_t value = random.Between(3, 5);
    REQUIRE(value >= 3);
    REQUIRE(value <= 5);
  }
}

TEST_CASE("weighted draws follow their weights and never pick a zero") {
  RandomStream random(1, "weights", 0);
  std::map<int, int> counts;
  for (int i = 0; i < 40000; ++i) ++counts[random.Weighted({1, 0, 3})];
  CHECK(counts[1] == 0);
  CHECK(counts[0] > 9500);
  CHECK(counts[0] < 10500);
  std::map<int, int> by_sums;
  for (int i = 0; i < 40000; ++i) ++by_sums[random.WeightedBySums({1, 1, 4})];
  CHECK(by_sums[1] == 0);
  CHECK(by_sums[0] > 9500);
  CHECK(by_sums[0] < 10500);
}

TEST_CASE("the default company has the promised size") {
  CHECK(Default().customers.size() == 2000);
  CHECK(Default().items.size() == 300);
  CHECK(Default().events.size() >= 60000);
  CHECK(Default().events.size() <= 90000);
  std::set<EventType> types;
  for (const Event& event : Default().events) types.insert(event.type);
  CHECK(types.size() == 9);
}

TEST_CASE("events are in order and end before the end") {
  int64_t before = 0;
  for (const Event& event : Default().events) {
    REQUIRE(event.time_seconds >= before);
    REQUIRE(event.time_seconds < CompanyOptions{}.end_seconds);
    before = event.time_seconds;
  }
  CHECK(Default().events.front().time_seconds > CompanyOptions{}.end_seconds - 181 * 86400);
}

TEST_CASE("amounts are price times quantity and returns follow purchases") {
  std::map<std::pair<int, int>, int> owned;
  for (const Event& event : Default().events) {
    REQUIRE((event.item == -1 || event.item < 300));
    if (event.type == EventType::kPurchase || event.type == EventType::kReturn) {
      REQUIRE(event.quantity > 0);
      REQUIRE(event.amount_pence == event.quantity * Default().items[event.item].price_pence);
      int& pieces = owned[{event.customer, event.item}];
      pieces += event.type == EventType::kPurchase ? event.quantity : -event.quantity;
      REQUIRE(pieces >= 0);
    } else {
      REQUIRE(event.amount_pence == 0);
    }
    if (event.type == EventType::kRating) {
      REQUIRE(event.rating >= 1);
      REQUIRE(event.rating <= 5);
    }
    if (event.type == EventType::kMessage) REQUIRE_FALSE(event.text.empty());
    REQUIRE(event.text.find('{') == std::string::npos);
  }
}

TEST_CASE("customers buy what they like") {
  // The share of purchases in a customer's own three best categories and own
  // style, against the same purchases judged by the next customer's tastes.
  const auto liked = [](const Customer& customer, const Item& item) {
    int better = 0;
    for (const int weight : customer.category_weights) {
      better += weight > customer.category_weights[item.category] ? 1 : 0;
    }
    return better < 3 && customer.style == item.style;
  };
  int own = 0;
  int others = 0;
  int purchases = 0;
  for (const Event& event : Default().events) {
    if (event.type != EventType::kPurchase) continue;
    ++purchases;
    const Item& item = Default().items[event.item];
    own += liked(Default().customers[event.customer], item) ? 1 : 0;
    others += liked(Default().customers[(event.customer + 1) % 2000], item) ? 1 : 0;
  }
  REQUIRE(purchases > 5000);
  CHECK(own > purchases / 2);
  CHECK(own > 4 * others);
}

TEST_CASE("item ids and titles are unique") {
  std::set<std::string> ids;
  std::set<std::string> titles;
  for (const Item& item : Default().items) {
    CHECK(ids.insert(item.id).second);
    CHECK(titles.insert(item.title).second);
    CHECK(item.price_pence > 0);
  }
}

}  // namespace
}  // namespace clientele::sample

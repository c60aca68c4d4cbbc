// What every implementation of profile-service's sizes and samples of segments does.
#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "tests/contract/profile/samples.h"
#include "tests/contract/profile/store_calls.h"
#include "tests/contract/profile/stores_under_test.h"

namespace clientele::profile::testing {
namespace {

constexpr absl::CivilDay kToday(2023, 11, 14);

void MakeSegmentOf(StoresUnderTest& stores, const std::string& id) {
  REQUIRE(
      stores.segments().CreateSegment(kContext, Mutation(), {.id = id, .rule = "true"}, 9).ok());
}

// Who is due joins.
void JoinDue(StoresUnderTest& stores, const std::string& segment) {
  const auto due = stores.memberships().TakeDue(kContext, 100, kNow, absl::Minutes(1));
  REQUIRE(due.ok());
  for (const DueCustomer& customer : *due) SettleOne(stores, customer, {segment});
}

std::vector<SegmentSize> Sizes(StoresUnderTest& stores, const std::string& id) {
  const auto sized = stores.segments().GetSizedSegment(kContext, id);
  REQUIRE(sized.ok());
  CHECK(sized->segment.id == id);
  return sized->sizes;
}

void Record(StoresUnderTest& stores, absl::CivilDay day, absl::CivilDay keep_from) {
  REQUIRE(stores.segments().RecordSizes(kContext, day, keep_from).ok());
}

std::vector<std::string> Drawn(StoresUnderTest& stores, const std::optional<std::string>& segment,
                               int limit) {
  auto ids = stores.samples().Sample(kContext, segment, limit);
  REQUIRE(ids.ok());
  std::sort(ids->begin(), ids->end());
  return *std::move(ids);
}

Event EventOn(const std::string& customer, absl::CivilDay day, EventType type = EventType::kView) {
  const absl::Time time = absl::FromCivil(absl::CivilHour(day) + 23, absl::UTCTimeZone());
  Event event = MakeEvent(
      customer, absl::StrCat(absl::ToUnixSeconds(time), "-", static_cast<int>(type)), type);
  event.event_time = time;
  event.item_id = "d1";
  return event;
}

TEST_CASE("a segment's sizes are those of the last time on each day, as long as days are kept") {
  const auto stores = MakeStoresUnderTest();
  MakeSegmentOf(*stores, "s");
  CHECK(Sizes(*stores, "s").empty());
  Record(*stores, kToday - 2, kToday - 9);
  CreateCustomers(*stores, {"a", "b"});
  JoinDue(*stores, "s");
  MakeSegmentOf(*stores, "t");
  Record(*stores, kToday, kToday - 9);
  CHECK(Sizes(*stores, "s") == std::vector<SegmentSize>{{kToday - 2, 0}, {kToday, 2}});
  CHECK(Sizes(*stores, "t") == std::vector<SegmentSize>{{kToday, 0}});
  CreateCustomers(*stores, {"c"});
  JoinDue(*stores, "s");
  Record(*stores, kToday, kToday - 1);
  CHECK(Sizes(*stores, "s") == std::vector<SegmentSize>{{kToday, 3}});
}

TEST_CASE("sizes go with their segment") {
  const auto stores = MakeStoresUnderTest();
  MakeSegmentOf(*stores, "s");
  Record(*stores, kToday, kToday);
  REQUIRE(stores->segments().DeleteSegment(kContext, Mutation(), "s").ok());
  CHECK(absl::IsNotFound(stores->segments().GetSizedSegment(kContext, "s").status()));
  MakeSegmentOf(*stores, "s");
  CHECK(Sizes(*stores, "s").empty());
}

TEST_CASE("a sample has members alone, or anybody, and is the same each time") {
  const auto stores = MakeStoresUnderTest();
  MakeSegmentOf(*stores, "s");
  CreateCustomers(*stores, {"a", "b", "c", "d", "e"});
  JoinDue(*stores, "s");
  CreateCustomers(*stores, {"f", "g"});
  CHECK(Drawn(*stores, "s", 10) == std::vector<std::string>{"a", "b", "c", "d", "e"});
  CHECK(Drawn(*stores, std::nullopt, 10).size() == 7);
  const std::vector<std::string> three = Drawn(*stores, "s", 3);
  CHECK(three.size() == 3);
  CHECK(std::adjacent_find(three.begin(), three.end()) == three.end());
  CHECK(Drawn(*stores, "s", 3) == three);
  CHECK(Drawn(*stores, "t", 3).empty());
}

TEST_CASE("persons are active in the months in which they did something, UTC, merged ones once") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b", "c"});
  Insert(*stores,
         {EventOn("a", absl::CivilDay(2023, 9, 30)), EventOn("a", absl::CivilDay(2023, 10, 1)),
          EventOn("a", absl::CivilDay(2023, 10, 31), EventType::kPurchase),
          EventOn("b", absl::CivilDay(2023, 10, 2)),
          EventOn("b", absl::CivilDay(2023, 11, 1), EventType::kDismiss),
          EventOn("c", absl::CivilDay(2023, 10, 3), EventType::kPurchase),
          EventOn("c", absl::CivilDay(2023, 11, 2))});
  const auto count = [&](const std::vector<std::string>& ids) {
    const auto months = stores->samples().CountActive(kContext, ids, absl::CivilMonth(2023, 10),
                                                      absl::CivilMonth(2023, 11));
    REQUIRE(months.ok());
    return *months;
  };
  const absl::CivilMonth october(2023, 10), november(2023, 11);
  CHECK(count({"a", "b"}) == std::vector<MonthOfPersons>{{october, 2, 1}});
  CHECK(count({"a", "c"}) == std::vector<MonthOfPersons>{{october, 2, 2}, {november, 1, 0}});
  CHECK(count({}).empty());
  REQUIRE(stores->merges()
              .MergeCustomers(kContext, Mutation(), {.survivor_id = "a", .customer_ids = {"c"}}, {})
              .ok());
  CHECK(count({"a", "b"}) == std::vector<MonthOfPersons>{{october, 2, 1}, {november, 1, 0}});
}

TEST_CASE("days that have rows of their own count as those that have none") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a"});
  std::vector<Event> events;
  for (int day = 0; day < 300; ++day) {
    events.push_back(EventOn("a", absl::CivilDay(2023, 11, 14) - day, EventType::kPurchase));
    events.back().item_id = absl::StrCat("item-", day);
  }
  Insert(*stores, events);
  const auto months = stores->samples().CountActive(kContext, {"a"}, absl::CivilMonth(2023, 1),
                                                    absl::CivilMonth(2023, 12));
  REQUIRE(months.ok());
  REQUIRE(months->size() == 11);
  CHECK(months->front() == MonthOfPersons{absl::CivilMonth(2023, 1), 1, 1});
}

TEST_CASE("evidence has the newest events without their texts, and says what vectors are of") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b"});
  Event message = MakeEvent("a", "1", EventType::kMessage);
  message.text = "secret";
  Event older = MakeEvent("b", "2", EventType::kSocial);
  older.text = "secret";
  older.event_time = kNow - absl::Hours(5);
  Insert(*stores, {message, older, EventOn("a", absl::CivilDay(2023, 1, 1))});
  REQUIRE(stores->merges()
              .MergeCustomers(kContext, Mutation(), {.survivor_id = "a", .customer_ids = {"b"}}, {})
              .ok());
  REQUIRE(
      stores->text_vectors().Put(kContext, "m/1", {{{"a", "1", {1}}, {"b", "2", {2}}}}, kNow).ok());
  const auto evidence = stores->overviews().ReadEvidence(kContext, "b", kNow, {},
                                                         {.model_id = "m/1", .limit = 10}, 2);
  REQUIRE(evidence.ok());
  CHECK(evidence->behavior.customer_id == "a");
  CHECK(evidence->behavior.summary.event_count() == 3);
  REQUIRE(evidence->events.size() == 2);
  CHECK(evidence->events[0].event_id == "1");
  CHECK(evidence->events[0].text.empty());
  CHECK(evidence->events[1].customer_id == "b");
  const std::vector<TextSource>& sources = evidence->behavior.texts.sources;
  REQUIRE(sources.size() == 2);
  CHECK(sources[0].event_id == "1");
  CHECK(sources[1].customer_id == "b");
  CHECK(sources[1].event_time == kNow - absl::Hours(5));
  CHECK(
      absl::IsNotFound(stores->overviews().ReadEvidence(kContext, "c", kNow, {}, {}, 2).status()));
}

}  // namespace
}  // namespace clientele::profile::testing

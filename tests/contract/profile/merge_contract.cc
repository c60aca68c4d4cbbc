// What every implementation of profile-service's merges and matches does.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "common/status/error_details.h"
#include "tests/contract/profile/samples.h"
#include "tests/contract/profile/store_calls.h"
#include "tests/contract/profile/stores_under_test.h"

namespace clientele::profile::testing {
namespace {

using IdList = std::vector<std::string>;

absl::StatusOr<std::vector<Merge>> TryMerge(StoresUnderTest& stores, const std::string& survivor,
                                            const IdList& customers) {
  return stores.merges().MergeCustomers(kContext, Mutation(),
                                        {.survivor_id = survivor, .customer_ids = customers}, {});
}

// The number of the merge.
std::int64_t MergeOne(StoresUnderTest& stores, const std::string& survivor,
                      const std::string& customer) {
  const auto merges = TryMerge(stores, survivor, {customer});
  INFO(merges.status().ToString());
  REQUIRE(merges.ok());
  REQUIRE(merges->size() == 1);
  return merges->front().id;
}

void Undo(StoresUnderTest& stores, std::int64_t merge) {
  const auto undone = stores.merges().UndoMerge(kContext, Mutation(), merge, {});
  INFO(undone.status().ToString());
  REQUIRE(undone.ok());
  CHECK(undone->undo_time.has_value());
}

IdList EventsOf(StoresUnderTest& stores, const std::string& customer, int page_size = 100) {
  IdList events;
  std::optional<EventPosition> after;
  while (true) {
    const auto page = stores.events().List(kContext, customer, after, page_size);
    REQUIRE(page.ok());
    for (const Event& event : *page) {
      events.push_back(absl::StrCat(event.customer_id, "/", event.event_id));
    }
    if (static_cast<int>(page->size()) < page_size) return events;
    after = {page->back().event_time, page->back().event_id, page->back().customer_id};
  }
}

std::string SummaryOf(StoresUnderTest& stores, const std::string& customer) {
  const auto read = stores.behavior().Read(kContext, customer, kNow, {}, {});
  REQUIRE(read.ok());
  const BehaviorSummary& s = read->summary;
  std::string text =
      absl::StrCat(read->customer_id, ": ", absl::StrJoin(s.count_by_type, ","), " ", s.active_days,
                   " ", s.purchase_days, " ", s.weekend_events, " ", s.night_events, " ",
                   s.distinct_items, " ", s.distinct_categories, " ", s.rating_sum, " ",
                   s.rating_count, " ", absl::FormatTime(s.first_event_time.value_or(kNow)), " ",
                   absl::FormatTime(s.last_event_time.value_or(kNow)), " ",
                   absl::FormatTime(s.last_purchase_time.value_or(kNow)));
  absl::StrAppend(&text, " ", absl::StrJoin(s.responses.count_by_type, ","), " ",
                  s.responses.campaigns_received, " ", s.responses.campaigns_opened, " ",
                  s.responses.campaigns_clicked, " ", absl::StrJoin(s.left_out, ","));
  for (const CurrencySums& sums : s.currencies) {
    absl::StrAppend(&text, " ", sums.currency_code, "=", sums.purchase_amount_micros, "-",
                    sums.return_amount_micros, "/", sums.purchase_count, "-", sums.return_count);
  }
  for (const KeyWeight& affinity : s.category_affinity) {
    absl::StrAppendFormat(&text, " %s=%.9f", affinity.key, affinity.weight);
  }
  for (const KeyCount& channel : s.channels)
    absl::StrAppend(&text, " ", channel.key, channel.count);
  return text;
}

std::string ConsentsOf(StoresUnderTest& stores, const std::string& customer) {
  const auto newest = stores.consents().Newest(kContext, customer);
  REQUIRE(newest.ok());
  std::string text;
  for (const ConsentDecision& decision : *newest) {
    absl::StrAppend(&text, decision.customer_id, consent::IdOf(decision.purpose), decision.granted,
                    " ");
  }
  return text;
}

// All that can be read of a customer.
std::string Describe(StoresUnderTest& stores, const std::string& customer) {
  const auto stored = stores.customers().Get(kContext, customer);
  REQUIRE(stored.ok());
  const auto overview = stores.overviews().ReadOverview(kContext, customer, kNow, {}, {}, 3);
  REQUIRE(overview.ok());
  return absl::StrCat(stored->display_name, stored->revision, stored->survivor_id,
                      stored->merged_count, "|", overview->customer.id, overview->events.size(),
                      "|", absl::StrJoin(EventsOf(stores, customer), " "), "|",
                      SummaryOf(stores, customer), "|", ConsentsOf(stores, customer), "|",
                      overview->behavior.consents.bits());
}

void DecideAt(StoresUnderTest& stores, const std::string& customer, consent::Purpose purpose,
              bool granted, absl::Time time) {
  const ConsentDecision decision{.customer_id = customer,
                                 .purpose = purpose,
                                 .granted = granted,
                                 .decision_time = time,
                                 .store_time = kNow};
  REQUIRE(stores.consents().Record(kContext, Mutation(), {decision}, {}).ok());
}

Event RandomEvent(std::mt19937& random, const std::string& customer, int number) {
  Event event = MakeEvent(customer, absl::StrCat("e", number % 40),
                          static_cast<EventType>(1 + random() % 10));
  event.event_time = kNow - absl::Hours(random() % 500);
  event.item_id = absl::StrCat("i", random() % 6);
  event.category = absl::StrCat("c", random() % 3);
  event.channel = random() % 2 == 0 ? "web" : "app";
  event.quantity = 1;
  event.amount_micros = static_cast<int64_t>(random() % 9) * 1'000'000;
  event.currency_code = random() % 2 == 0 ? "GBP" : "EUR";
  event.rating = static_cast<double>(random() % 6);
  return event;
}

std::vector<std::string> Matches(StoresUnderTest& stores,
                                 const std::optional<MatchPosition>& after = std::nullopt,
                                 int limit = 100) {
  const auto matches = stores.merges().ListMatches(kContext, after, limit);
  REQUIRE(matches.ok());
  std::vector<std::string> texts;
  for (const Match& match : *matches) {
    texts.push_back(absl::StrCat(match.customer_id, "-", match.other_id));
  }
  return texts;
}

Match MakeMatch(const std::string& one, const std::string& other, double probability) {
  return {.customer_id = one,
          .other_id = other,
          .probability = probability,
          .reasons = {{"email", "exact", 9.5}, {"name", "similar", -0.25}}};
}

std::int64_t Search(StoresUnderTest& stores) {
  const auto search = stores.merges().BeginSearch(kContext, kNow, absl::Minutes(1));
  REQUIRE(search.ok());
  REQUIRE(search->has_value());
  return **search;
}

std::vector<std::int64_t> Propose(StoresUnderTest& stores, std::int64_t search,
                                  const std::vector<Match>& matches) {
  const auto ids = stores.merges().Propose(kContext, search, matches, kNow);
  REQUIRE(ids.ok());
  return *ids;
}

TEST_CASE("merged customers are read as one, by the name of each") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b", "c"});
  Insert(*stores, {MakeEvent("a", "e1"), MakeEvent("b", "e1"), MakeEvent("b", "e2"),
                   MakeEvent("c", "e1", EventType::kPurchase)});
  MergeOne(*stores, "b", "a");
  const IdList both = {"b/e2", "b/e1", "a/e1"};
  CHECK(EventsOf(*stores, "a") == both);
  CHECK(EventsOf(*stores, "b") == both);
  CHECK(EventsOf(*stores, "b", 1) == both);
  CHECK(SummaryOf(*stores, "a") == SummaryOf(*stores, "b"));
  CHECK(SummaryOf(*stores, "a").starts_with("b: 0,3,0"));
  CHECK(stores->customers().Get(kContext, "a")->survivor_id == "b");
  CHECK(stores->customers().Get(kContext, "b")->survivor_id.empty());
  CHECK(stores->customers().Get(kContext, "b")->merged_count == 1);
  CHECK(stores->overviews().ReadOverview(kContext, "a", kNow, {}, {}, 9)->customer.id == "b");
  CHECK(stores->activity()
            .CountByMonth(kContext, "a", absl::CivilMonth(2023, 1), absl::CivilMonth(2023, 12))
            ->front()
            .events == 3);
  CHECK(EventsOf(*stores, "c") == IdList{"c/e1"});
}

TEST_CASE("an event that comes for a merged customer stays theirs when the merge is undone") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b"});
  const std::int64_t merge = MergeOne(*stores, "b", "a");
  Insert(*stores, {MakeEvent("a", "e1"), MakeEvent("b", "e2")});
  CHECK(EventsOf(*stores, "b") == IdList{"b/e2", "a/e1"});
  Undo(*stores, merge);
  CHECK(EventsOf(*stores, "a") == IdList{"a/e1"});
  CHECK(EventsOf(*stores, "b") == IdList{"b/e2"});
  CHECK(stores->customers().Get(kContext, "a")->survivor_id.empty());
  CHECK(stores->customers().Get(kContext, "b")->merged_count == 0);
}

TEST_CASE("after merges and their undoing everything is as if nobody had been merged") {
  const IdList ids = {"a", "b", "c", "d", "e"};
  for (unsigned seed = 1; seed <= 6; ++seed) {
    INFO("seed " << seed);
    const auto merged = MakeStoresUnderTest();
    const auto plain = MakeStoresUnderTest();
    CreateCustomers(*merged, ids);
    CreateCustomers(*plain, ids);
    std::mt19937 random(seed);
    std::vector<std::int64_t> active;
    for (int step = 0; step < 60; ++step) {
      const std::string one = ids[random() % ids.size()];
      const std::string other = ids[random() % ids.size()];
      const unsigned what = random() % 10;
      if (what < 5) {
        const Event event = RandomEvent(random, one, step);
        Insert(*merged, {event});
        Insert(*plain, {event});
      } else if (what == 5) {
        const auto purpose = consent::kPurposes[random() % consent::kPurposes.size()];
        const bool granted = random() % 2 == 0;
        DecideAt(*merged, one, purpose, granted, kNow - absl::Minutes(step));
        DecideAt(*plain, one, purpose, granted, kNow - absl::Minutes(step));
      } else if (what < 9) {
        if (one == other) continue;
        const auto merges = TryMerge(*merged, one, {other});
        if (merges.ok()) active.push_back(merges->front().id);
      } else if (!active.empty()) {
        const std::size_t which = random() % active.size();
        Undo(*merged, active[which]);
        active.erase(active.begin() + static_cast<std::ptrdiff_t>(which));
      }
      if (step == 30)
        CHECK((active.empty() || Describe(*merged, "a") != Describe(*plain, "a") ||
               Describe(*merged, "b") != Describe(*plain, "b") ||
               Describe(*merged, "c") != Describe(*plain, "c")));
    }
    while (!active.empty()) {
      const std::size_t which = random() % active.size();
      Undo(*merged, active[which]);
      active.erase(active.begin() + static_cast<std::ptrdiff_t>(which));
    }
    for (const std::string& id : ids) CHECK(Describe(*merged, id) == Describe(*plain, id));
  }
}

TEST_CASE("a chain of merges has one survivor, and each merge is undone for itself") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b", "c"});
  Insert(*stores, {MakeEvent("a", "e"), MakeEvent("b", "e"), MakeEvent("c", "e")});
  const std::int64_t first = MergeOne(*stores, "b", "a");
  const std::int64_t second = MergeOne(*stores, "c", "b");
  for (const char* id : {"a", "b", "c"}) CHECK(EventsOf(*stores, id).size() == 3);
  CHECK(stores->customers().Get(kContext, "a")->survivor_id == "c");
  CHECK(stores->customers().Get(kContext, "c")->merged_count == 2);
  SECTION("the last first") {
    Undo(*stores, second);
    CHECK(EventsOf(*stores, "c") == IdList{"c/e"});
    CHECK(EventsOf(*stores, "a") == IdList{"b/e", "a/e"});
    CHECK(stores->customers().Get(kContext, "a")->survivor_id == "b");
    CHECK(stores->customers().Get(kContext, "b")->merged_count == 1);
  }
  SECTION("the first first") {
    Undo(*stores, first);
    CHECK(EventsOf(*stores, "a") == IdList{"a/e"});
    CHECK(EventsOf(*stores, "b") == IdList{"c/e", "b/e"});
    CHECK(stores->customers().Get(kContext, "c")->merged_count == 1);
  }
}

TEST_CASE("a merge that cannot be is refused and changes nothing") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b", "c"});
  MergeOne(*stores, "b", "a");
  const auto again = TryMerge(*stores, "b", {"a"});
  CHECK(absl::IsFailedPrecondition(again.status()));
  CHECK(GetReason(again.status()) == kMerged);
  CHECK(absl::IsFailedPrecondition(TryMerge(*stores, "a", {"b"}).status()));
  CHECK(absl::IsFailedPrecondition(TryMerge(*stores, "a", {"c"}).status()));
  CHECK(absl::IsNotFound(TryMerge(*stores, "c", {"b", "nobody"}).status()));
  CHECK(absl::IsNotFound(TryMerge(*stores, "nobody", {"b"}).status()));
  CHECK(stores->customers().Get(kContext, "b")->survivor_id.empty());
  CHECK(absl::IsNotFound(stores->merges().UndoMerge(kContext, Mutation(), 999, {}).status()));
  const auto only_checked = stores->merges().MergeCustomers(
      kContext, Mutation(), {.survivor_id = "c", .customer_ids = {"b"}, .validate_only = true}, {});
  REQUIRE(only_checked.ok());
  CHECK(only_checked->empty());
  CHECK(stores->customers().Get(kContext, "b")->survivor_id.empty());
}

TEST_CASE("a merge is undone once, and a request that is sent again has no second effect") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b"});
  const MergePlan plan{.survivor_id = "b", .customer_ids = {"a"}};
  const auto first = stores->merges().MergeCustomers(kContext, Mutation("merge"), plan, {});
  const auto again = stores->merges().MergeCustomers(kContext, Mutation("merge"), plan, {});
  REQUIRE(first.ok());
  REQUIRE(again.ok());
  CHECK(*again == *first);
  const std::int64_t id = first->front().id;
  REQUIRE(stores->merges().UndoMerge(kContext, Mutation("undo"), id, {}).ok());
  CHECK(stores->merges().UndoMerge(kContext, Mutation("undo"), id, {}).ok());
  CHECK(absl::IsFailedPrecondition(
      stores->merges().UndoMerge(kContext, Mutation(), id, {}).status()));
}

TEST_CASE("merges are listed newest first, and of a customer those of their person") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b", "c", "d", "e"});
  const std::int64_t first = MergeOne(*stores, "b", "a");
  const std::int64_t second = MergeOne(*stores, "c", "b");
  const std::int64_t third = MergeOne(*stores, "e", "d");
  const auto numbers = [&](const std::string& customer, std::int64_t before, int limit) {
    const auto merges = stores->merges().ListMerges(kContext, customer, before, limit);
    REQUIRE(merges.ok());
    std::vector<std::int64_t> ids;
    for (const Merge& merge : *merges) ids.push_back(merge.id);
    return ids;
  };
  CHECK(numbers("", INT64_MAX, 9) == std::vector<std::int64_t>{third, second, first});
  CHECK(numbers("", third, 1) == std::vector<std::int64_t>{second});
  CHECK(numbers("a", INT64_MAX, 9) == std::vector<std::int64_t>{second, first});
  CHECK(absl::IsNotFound(stores->merges().ListMerges(kContext, "nobody", 9, 9).status()));
}

TEST_CASE("the newest decision of a person holds for all their customers") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b"});
  constexpr auto kMarketing = consent::Purpose::kMarketing;
  DecideAt(*stores, "a", kMarketing, false, kNow - absl::Hours(1));
  DecideAt(*stores, "b", kMarketing, true, kNow - absl::Hours(2));
  const std::int64_t merge = MergeOne(*stores, "b", "a");
  CHECK(ConsentsOf(*stores, "b") == "amarketing0 ");
  CHECK(stores->behavior().Read(kContext, "b", kNow, {}, {})->consents.Of(kMarketing) ==
        consent::Decision::kWithdrawn);
  const auto history = stores->consents().History(kContext, "b", std::nullopt, 9);
  CHECK(history->size() == 2);
  Undo(*stores, merge);
  CHECK(ConsentsOf(*stores, "b") == "bmarketing1 ");
  CHECK(stores->behavior().Read(kContext, "b", kNow, {}, {})->consents.Of(kMarketing) ==
        consent::Decision::kGranted);
}

TEST_CASE("texts of who may not be profiled after a merge lose their vectors and wait again") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b"});
  Event message = MakeEvent("b", "m", EventType::kMessage);
  message.text = "a text";
  Insert(*stores, {message});
  REQUIRE(stores->text_vectors().Put(kContext, "m/1", {{TextVector{"b", "m", {1, 0}}}}, kNow).ok());
  DecideAt(*stores, "a", consent::Purpose::kProfiling, false, kNow);
  const auto texts = [&] {
    return stores->behavior().Read(kContext, "b", kNow, {}, {.model_id = "m/1", .limit = 5})->texts;
  };
  CHECK(texts().vectors.size() == 1);
  const std::int64_t merge = MergeOne(*stores, "b", "a");
  CHECK(texts().vectors.empty());
  CHECK(stores->text_vectors().Take(kContext, 9, kNow, absl::Minutes(1))->empty());
  Undo(*stores, merge);
  CHECK(stores->text_vectors().Take(kContext, 9, kNow, absl::Minutes(1))->size() == 1);
}

TEST_CASE("followers are told who stands for whom, and then what the person decided") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b", "c"});
  DecideAt(*stores, "a", consent::Purpose::kMarketing, true, kNow);
  MergeOne(*stores, "b", "a");
  const std::int64_t second = MergeOne(*stores, "c", "b");
  IdList told = ReadAll(*stores);
  told.erase(told.begin(), told.begin() + 4);
  CHECK(told == IdList{"survivor a", "consents b", "survivor a", "survivor b", "consents c"});
  const auto page = stores->changes().Read(kContext, 0, {});
  CHECK(page->changes[4].survivor_id == "c");
  Undo(*stores, second);
  told = ReadAll(*stores);
  told.erase(told.begin(), told.begin() + 9);
  CHECK(told == IdList{"survivor a", "survivor b", "consents c"});
  const auto snapshot = stores->changes().ReadSnapshot(kContext, "", {});
  REQUIRE(snapshot->changes.size() == 3);
  CHECK(snapshot->changes[0].survivor_id == "b");
  CHECK(snapshot->changes[1].survivor_id.empty());
}

TEST_CASE("deleting one of a person deletes them all, with merges and matches") {
  for (const char* named : {"a", "c"}) {
    const auto stores = MakeStoresUnderTest();
    CreateCustomers(*stores, {"a", "b", "c", "d"});
    Insert(*stores, {MakeEvent("a", "e"), MakeEvent("c", "e"), MakeEvent("d", "e")});
    Propose(*stores, Search(*stores), {MakeMatch("b", "d", 0.5)});
    MergeOne(*stores, "b", "a");
    MergeOne(*stores, "c", "b");
    REQUIRE(stores->customers().Delete(kContext, Mutation(), named, "").ok());
    for (const char* id : {"a", "b", "c"}) {
      CHECK(absl::IsNotFound(stores->customers().Get(kContext, id).status()));
      CHECK(absl::IsAlreadyExists(stores->customers().CheckFree(kContext, id)));
    }
    CHECK(EventsOf(*stores, "d") == IdList{"d/e"});
    CHECK(Matches(*stores).empty());
    CHECK(stores->merges().ListMerges(kContext, "", INT64_MAX, 9)->empty());
    IdList told = ReadAll(*stores);
    told.erase(told.begin(), told.begin() + 2);
    CHECK(told == IdList{"deleted a", "deleted b", "deleted c"});
  }
}

TEST_CASE("who was merged belongs to no segment, and their survivor is due") {
  const auto stores = MakeStoresUnderTest();
  REQUIRE(stores->segments()
              .CreateSegment(kContext, Mutation(), {.id = "s", .rule = "views >= 0"}, 9)
              .ok());
  CreateCustomers(*stores, {"a", "b"});
  const auto take = [&] {
    const auto due = stores->memberships().TakeDue(kContext, 9, kNow, absl::ZeroDuration());
    REQUIRE(due.ok());
    return *due;
  };
  const auto due = [&] {
    IdList ids;
    for (const DueCustomer& customer : take()) ids.push_back(customer.customer_id);
    return ids;
  };
  const auto settle = [&] {
    for (const DueCustomer& customer : take()) {
      SettleOne(*stores, customer, {"s"});
    }
  };
  const auto members = [&] { return stores->segments().ListMembers(kContext, "s", "", 9)->size(); };
  settle();
  CHECK(members() == 2);
  const std::int64_t merge = MergeOne(*stores, "b", "a");
  CHECK(members() == 1);
  CHECK(stores->segments().GetSegment(kContext, "s")->member_count == 1);
  CHECK(due() == IdList{"b"});
  settle();
  Insert(*stores, {MakeEvent("a", "e")});
  CHECK(due() == IdList{"b"});
  settle();
  // Somebody who was taken before they were merged.
  SettleOne(*stores, {"a", 1}, {"s"});
  CHECK(members() == 1);
  Undo(*stores, merge);
  IdList both = due();
  std::sort(both.begin(), both.end());
  CHECK(both == IdList{"a", "b"});
  settle();
  CHECK(members() == 2);
}

TEST_CASE("matches wait, likeliest first, until they are decided or a later search misses them") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b", "c", "d"});
  const std::int64_t search = Search(*stores);
  CHECK_FALSE(stores->merges().BeginSearch(kContext, kNow, absl::Minutes(1))->has_value());
  const auto ids = Propose(*stores, search,
                           {MakeMatch("a", "b", 0.9), MakeMatch("a", "c", 0.99),
                            MakeMatch("b", "nobody", 0.9), MakeMatch("c", "d", 0.9)});
  REQUIRE(stores->merges().EndSearch(kContext, search).ok());
  CHECK(ids[2] == 0);
  CHECK(Matches(*stores) == IdList{"a-c", "a-b", "c-d"});
  CHECK(Matches(*stores, std::nullopt, 1) == IdList{"a-c"});
  CHECK(Matches(*stores, MatchPosition{0.9, ids[0]}) == IdList{"c-d"});
  const auto listed = stores->merges().ListMatches(kContext, std::nullopt, 1);
  CHECK(listed->front().reasons == MakeMatch("a", "c", 0.99).reasons);
  // Nobody changed since.
  CHECK_FALSE(
      stores->merges().BeginSearch(kContext, kNow + absl::Hours(2), absl::Minutes(1))->has_value());
  CreateCustomers(*stores, {"e"});
  const auto dismissed = stores->merges().DismissMatch(kContext, Mutation(), ids[1]);
  REQUIRE(dismissed.ok());
  CHECK(dismissed->state == MatchState::kDismissed);
  const std::int64_t later = Search(*stores);
  CHECK(Propose(*stores, later, {MakeMatch("a", "b", 0.8), MakeMatch("a", "c", 0.99)}) ==
        std::vector<std::int64_t>{ids[0], 0});
  REQUIRE(stores->merges().EndSearch(kContext, later).ok());
  CHECK(Matches(*stores) == IdList{"a-b"});
  CHECK(stores->merges().ListMatches(kContext, std::nullopt, 1)->front().probability == 0.8);
  CHECK(absl::IsNotFound(stores->merges().DismissMatch(kContext, Mutation(), 999).status()));
}

TEST_CASE("a match that is accepted merges the two persons, the older one stands for them") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"b", "c", "d"});
  Customer young = MakeCustomer("a");
  young.create_time = young.update_time = kNow + absl::Hours(1);
  REQUIRE(stores->customers().Create(kContext, Mutation(), young).ok());
  const auto ids = Propose(*stores, Search(*stores),
                           {MakeMatch("a", "b", 0.9), MakeMatch("a", "c", 0.8),
                            MakeMatch("b", "c", 0.7), MakeMatch("a", "d", 0.6)});
  const auto accept = [&](std::int64_t match, const std::string& survivor = "") {
    return stores->merges().MergeCustomers(
        kContext, Mutation(),
        {.survivor_id = survivor, .match_id = match, .origin = MergeOrigin::kMatch}, {});
  };
  const auto merged = accept(ids[0]);
  REQUIRE(merged.ok());
  CHECK(merged->front().customer_id == "a");
  CHECK(merged->front().into_id == "b");
  CHECK(merged->front().origin == MergeOrigin::kMatch);
  CHECK(merged->front().probability == 0.9);
  CHECK(merged->front().reasons == MakeMatch("a", "b", 0.9).reasons);
  CHECK(absl::IsFailedPrecondition(accept(ids[0]).status()));
  CHECK(absl::IsFailedPrecondition(
      stores->merges().DismissMatch(kContext, Mutation(), ids[0]).status()));
  CHECK(absl::IsInvalidArgument(accept(ids[1], "d").status()));
  // "a" counts as "b", who was merged meanwhile.
  const auto chosen = accept(ids[1], "c");
  REQUIRE(chosen.ok());
  CHECK(chosen->front().customer_id == "b");
  CHECK(chosen->front().into_id == "c");
  // They are one person, so nobody is asked.
  CHECK(Matches(*stores) == IdList{"a-d"});
  CHECK(absl::IsFailedPrecondition(accept(ids[2]).status()));
  CHECK(absl::IsNotFound(accept(999).status()));
  Undo(*stores, chosen->front().id);
  const auto dismissed = stores->merges().DismissedPersons(kContext);
  CHECK(*dismissed == std::vector<std::pair<std::string, std::string>>{{"b", "c"}});
  CHECK(Matches(*stores) == IdList{"a-d"});
}

}  // namespace
}  // namespace clientele::profile::testing

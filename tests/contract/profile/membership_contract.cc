// What every implementation of profile-service's memberships does: records, and filling segments.
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "services/profile-service/core/segments/candidate_pages.h"
#include "services/profile-service/core/segments/rules/segment_rule.h"
#include "tests/contract/profile/samples.h"
#include "tests/contract/profile/store_calls.h"
#include "tests/contract/profile/stores_under_test.h"

namespace clientele::profile::testing {
namespace {

using Ids = std::vector<std::string>;

RecordQuery QueryOf(const std::string& rule, absl::Time now = kNow) {
  const auto parsed = SegmentRule::Parse(rule);
  REQUIRE(parsed.ok());
  return {.reads = parsed->Reads(now), .now = now, .affinity = {}};
}

std::vector<CustomerRecord> ReadRecords(StoresUnderTest& stores, const Ids& ids,
                                        const std::string& rule) {
  auto records = stores.memberships().ReadRecords(kContext, ids, QueryOf(rule));
  REQUIRE(records.ok());
  return *std::move(records);
}

Event Bought(const std::string& customer, const std::string& id, const std::string& category,
             absl::Duration ago = absl::Hours(1)) {
  Event event = MakeEvent(customer, id, EventType::kPurchase);
  event.category = category;
  event.currency_code = "GBP";
  event.amount_micros = 1'000'000;
  event.channel = "web";
  event.event_time = kNow - ago;
  return event;
}

std::vector<Candidate> ListedFor(StoresUnderTest& stores, const std::string& rule,
                                 const std::string& after = "", int limit = 100) {
  const auto parsed = SegmentRule::Parse(rule);
  REQUIRE(parsed.ok());
  auto listed =
      stores.memberships().ListCandidates(kContext, parsed->Narrowing(), after, limit, kNow);
  REQUIRE(listed.ok());
  return *std::move(listed);
}

// Of who stands for them.
Ids CandidatesOf(StoresUnderTest& stores, const std::string& rule) {
  Ids ids;
  for (const Candidate& candidate : ListedFor(stores, rule)) ids.push_back(candidate.person_id);
  return ids;
}

// The customers after `after` with what is stored of them.
CandidatePage Candidates(StoresUnderTest& stores, const std::string& rule,
                         const std::string& after = "", int limit = 100) {
  Ids ids;
  for (const Candidate& candidate : ListedFor(stores, rule, after, limit)) {
    ids.push_back(candidate.person_id);
  }
  CandidatePage page{.records = ReadRecords(stores, ids, rule), .next_after = std::nullopt};
  if (static_cast<int>(ids.size()) == limit) page.next_after = ids.back();
  return page;
}

void CreateSegment(StoresUnderTest& stores, const std::string& id) {
  REQUIRE(stores.segments()
              .CreateSegment(kContext, Mutation(), {.id = id, .rule = "purchases >= 1"}, 9)
              .ok());
}

// Whatever transactions the server has under way elsewhere end within these tries.
constexpr int kTries = 100'000;

SegmentFill TakeFill(StoresUnderTest& stores) {
  for (int i = 0; i < kTries; ++i) {
    const auto fill = stores.memberships().TakeFill(kContext, kNow, absl::Minutes(1));
    REQUIRE(fill.ok());
    if (fill->has_value()) return **fill;
  }
  throw std::runtime_error("nothing is to be filled");
}

bool NothingToFill(StoresUnderTest& stores, absl::Time now = kNow) {
  const auto fill = stores.memberships().TakeFill(kContext, now, absl::Minutes(1));
  REQUIRE(fill.ok());
  return !fill->has_value();
}

// All of the page join, on the revisions that they had when they were read.
int JoinAll(StoresUnderTest& stores, const SegmentFill& fill, const CandidatePage& page,
            std::optional<absl::Time> next_change = std::nullopt) {
  DecisionBatch batch{.segment_ids = {fill.segment_id}, .customers = {}, .decide_time = kNow};
  for (const CustomerRecord& record : page.records) {
    batch.customers.push_back({.customer_id = record.customer_id,
                               .revision = record.revision,
                               .segment_ids = {fill.segment_id},
                               .next_change = next_change});
  }
  const auto joined = stores.memberships().SettleFill(kContext, fill, page.next_after, batch);
  REQUIRE(joined.ok());
  return *joined;
}

Ids MembersOfSegment(StoresUnderTest& stores, const std::string& segment) {
  const auto members = stores.segments().ListMembers(kContext, segment, "", 100);
  REQUIRE(members.ok());
  Ids ids;
  for (const SegmentMember& member : *members) ids.push_back(member.customer_id);
  return ids;
}

Ids DueNow(StoresUnderTest& stores, absl::Time now = kNow) {
  const auto due = stores.memberships().TakeDue(kContext, 100, now, absl::ZeroDuration());
  REQUIRE(due.ok());
  Ids ids;
  for (const DueCustomer& customer : *due) ids.push_back(customer.customer_id);
  return ids;
}

TEST_CASE("records have what rules read of each customer, and nothing else") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"b", "a"});
  Insert(*stores, {Bought("a", "1", "garden", absl::Hours(48)), Bought("a", "2", "books"),
                   MakeEvent("a", "3"), Bought("b", "1", "garden")});
  const auto all = ReadRecords(*stores, {"b", "gone", "a"},
                               "affinity(\"garden\") > 0.1 and attribute(\"x\") = \"\"");
  REQUIRE(all.size() == 2);
  CHECK(all[0].customer_id == "a");
  CHECK(all[0].language == "en");
  CHECK(all[0].region == "GB");
  CHECK(all[0].attributes == MakeCustomer("a").attributes);
  CHECK(all[0].behavior.event_count() == 3);
  CHECK(all[0].behavior.category_affinity.size() == 2);
  CHECK(all[0].events.empty());
  CHECK(all[1].behavior.event_count() == 1);
  const auto events = ReadRecords(*stores, {"a", "b"}, "purchases(24h, category = \"garden\") > 0");
  CHECK(events[0].events.empty());
  CHECK(events[0].attributes.empty());
  CHECK(events[0].behavior.event_count() == 0);
  REQUIRE(events[1].events.size() == 1);
  CHECK(events[1].events[0].category == "garden");
  CHECK(ReadRecords(*stores, {"a"}, "events(90d) > 0")[0].events.size() == 3);
}

TEST_CASE("records of merged customers are the person's") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b", "c"});
  Insert(*stores, {Bought("a", "1", "garden"), Bought("b", "1", "garden"),
                   Bought("b", "2", "books"), MakeEvent("c", "1")});
  REQUIRE(stores->merges()
              .MergeCustomers(kContext, Mutation(), {.survivor_id = "b", .customer_ids = {"a"}}, {})
              .ok());
  const auto records = ReadRecords(*stores, {"a", "b", "c"}, "purchases(90d) > 1 and views > 0");
  REQUIRE(records.size() == 3);
  CHECK(records[0].merged);
  CHECK(records[1].has_merged);
  CHECK(records[1].events.size() == 3);
  CHECK(records[1].behavior.count(EventType::kPurchase) == 3);
  CHECK(records[1].behavior.active_days == 1);
  CHECK(records[2].behavior.event_count() == 1);
  // Found by what either did, as the one who stands for both.
  CHECK(CandidatesOf(*stores, "purchases(category = \"garden\") > 0") == Ids{"b", "b"});
}

TEST_CASE("candidates are those who have one of the facts, in pages by id") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b", "c", "d"});
  Event phone = MakeEvent("d", "1");
  phone.device = "ios";
  Insert(*stores, {Bought("a", "1", "garden"), Bought("b", "1", "books", absl::Hours(24 * 40)),
                   Bought("c", "1", "garden", absl::Hours(24 * 40)), phone});
  const Ids everybody = {"a", "b", "c", "d"};
  CHECK(CandidatesOf(*stores, "purchases(90d) = 0") == everybody);
  CHECK(CandidatesOf(*stores, "purchases(category = \"garden\") >= 2") == Ids{"a", "c"});
  CHECK(CandidatesOf(*stores, "purchases(30d, category = \"garden\") >= 2") == Ids{"a"});
  CHECK(CandidatesOf(*stores, "views(90d, category = \"garden\") >= 2").empty());
  CHECK(CandidatesOf(*stores, "views(90d) >= 2 or views(channel = \"app\") > 0") == Ids{"d"});
  CHECK(CandidatesOf(*stores, "events(30d) >= 1 and false").empty());
  CHECK(CandidatesOf(*stores, "events(30d) >= 1") == Ids{"a", "d"});
  CHECK(CandidatesOf(*stores, "purchases(30d) >= 1") == Ids{"a"});
  CHECK(CandidatesOf(*stores, "purchases > 3") == Ids{"a", "b", "c"});
  CHECK(CandidatesOf(*stores, "views > 3 or affinity(\"books\") > 0.5") == Ids{"b", "d"});
  CHECK(CandidatesOf(*stores, "spent(90d, currency = \"GBP\") > 9") == Ids{"a", "b", "c"});
  CHECK(CandidatesOf(*stores, "device_share(\"ios\") > 0.5 and views > 0") == Ids{"d"});
  CHECK(CandidatesOf(*stores, "recency_days > 30") == everybody);
  CHECK(CandidatesOf(*stores, "region in [\"FR\", \"US\"]").empty());
  CHECK(CandidatesOf(*stores, "region = \"GB\"") == everybody);
  CHECK(CandidatesOf(*stores, "language = \"zh\" or purchases(30d) > 0") == Ids{"a"});
  CHECK(CandidatesOf(*stores, "attribute(\"segment\") = \"gold\"") == everybody);
  CHECK(CandidatesOf(*stores, "false").empty());
  const std::vector<Candidate> first = ListedFor(*stores, "purchases > 0", "", 2);
  REQUIRE(first.size() == 2);
  CHECK(first[1].customer_id == "b");
  const std::vector<Candidate> rest = ListedFor(*stores, "purchases > 0", "b", 2);
  REQUIRE(rest.size() == 1);
  CHECK(rest[0].customer_id == "c");
}

TEST_CASE("a segment that is made is filled once, page by page, by one at a time") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b", "c"});
  Insert(*stores, {Bought("a", "1", "x"), Bought("b", "1", "x"), Bought("c", "1", "x")});
  CHECK(NothingToFill(*stores));
  CreateSegment(*stores, "s");
  const SegmentFill fill = TakeFill(*stores);
  CHECK(fill.segment_id == "s");
  CHECK(fill.rule == "purchases >= 1");
  CHECK(fill.after_id.empty());
  CHECK(NothingToFill(*stores));
  const CandidatePage page = Candidates(*stores, fill.rule, "", 2);
  CHECK(JoinAll(*stores, fill, page) == 2);
  // Somebody whose lease had run out comes with the same page.
  CHECK(JoinAll(*stores, fill, page) == 0);
  const SegmentFill rest = TakeFill(*stores);
  CHECK(rest.after_id == "b");
  const CandidatePage last = Candidates(*stores, rest.rule, rest.after_id, 2);
  CHECK(JoinAll(*stores, rest, last) == 1);
  CHECK(NothingToFill(*stores, kNow + absl::Hours(1)));
  CHECK(MembersOfSegment(*stores, "s") == Ids{"a", "b", "c"});
  CHECK(stores->segments().GetSegment(kContext, "s")->member_count == 3);
  CHECK(DueNow(*stores).empty());
}

TEST_CASE("a fill decides nothing with older facts, and makes those customers due") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b", "c"});
  CreateSegment(*stores, "s");
  Insert(*stores, {Bought("a", "1", "x"), Bought("b", "1", "x")});
  for (const std::string& id : DueNow(*stores)) SettleOne(*stores, {id, 1}, {"s"});
  const SegmentFill fill = TakeFill(*stores);
  const CandidatePage page = Candidates(*stores, "true");
  REQUIRE(page.records.size() == 3);
  // One is told something new, and is decided about, before the page is written.
  Insert(*stores, {MakeEvent("a", "2")});
  SettleOne(*stores, {"a", 2}, {});
  CHECK(JoinAll(*stores, fill, page, kNow + absl::Hours(1)) == 1);
  CHECK(MembersOfSegment(*stores, "s") == Ids{"b", "c"});
  CHECK(DueNow(*stores) == Ids{"a"});
  CHECK(DueNow(*stores, kNow + absl::Hours(1)).size() == 3);
}

TEST_CASE("who decides without a segment that is filled meanwhile decides again") {
  const auto stores = MakeStoresUnderTest();
  CreateSegment(*stores, "s");
  CreateCustomers(*stores, {"a"});
  const auto taken = stores->memberships().TakeDue(kContext, 9, kNow, absl::ZeroDuration());
  REQUIRE(taken->size() == 1);
  const SegmentFill fill = TakeFill(*stores);
  const CandidatePage page = Candidates(*stores, "true");
  CHECK(JoinAll(*stores, fill, page, kNow + absl::Hours(1)) == 1);
  SettleOne(*stores, taken->front(), {});
  CHECK(MembersOfSegment(*stores, "s") == Ids{"a"});
  CHECK(DueNow(*stores) == Ids{"a"});
}

TEST_CASE("who is deleted or merged before a page is written does not join") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b", "c"});
  CreateSegment(*stores, "s");
  const SegmentFill fill = TakeFill(*stores);
  const CandidatePage page = Candidates(*stores, "true");
  REQUIRE(stores->customers().Delete(kContext, Mutation(), "a", "").ok());
  REQUIRE(stores->merges()
              .MergeCustomers(kContext, Mutation(), {.survivor_id = "c", .customer_ids = {"b"}}, {})
              .ok());
  CHECK(JoinAll(*stores, fill, page) == 0);
  CHECK(MembersOfSegment(*stores, "s").empty());
  CHECK(DueNow(*stores) == Ids{"c"});
}

TEST_CASE("a fill names nobody who was deleted, and begins again instead") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b", "c"});
  CreateSegment(*stores, "s");
  const SegmentFill fill = TakeFill(*stores);
  const CandidatePage page = Candidates(*stores, "true", "", 2);
  SECTION("after it was named") {
    CHECK(JoinAll(*stores, fill, page) == 2);
    REQUIRE(stores->customers().Delete(kContext, Mutation(), "b", "").ok());
  }
  SECTION("before it was named") {
    REQUIRE(stores->customers().Delete(kContext, Mutation(), "b", "").ok());
    CHECK(JoinAll(*stores, fill, page) == 0);
  }
  CHECK(TakeFill(*stores).after_id.empty());
}

TEST_CASE("a segment that is deleted is filled no longer") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a"});
  CreateSegment(*stores, "s");
  const SegmentFill fill = TakeFill(*stores);
  const CandidatePage page = Candidates(*stores, "true");
  REQUIRE(stores->segments().DeleteSegment(kContext, Mutation(), "s").ok());
  CHECK(JoinAll(*stores, fill, page) == 0);
  CHECK(NothingToFill(*stores, kNow + absl::Hours(1)));
}

}  // namespace
}  // namespace clientele::profile::testing

#include "services/profile-service/core/quarantine/quarantine.h"

#include <optional>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "services/profile-service/core/events/events.h"
#include "tests/contract/profile/memory_stores.h"
#include "tests/contract/profile/samples.h"
#include "tests/support/fake_clock.h"

namespace clientele::profile::testing {
namespace {

struct QuarantineFixture {
  explicit QuarantineFixture(Quarantine::Options options = {})
      : events(&stores, &notifier, &clock, options.limits),
        quarantine(&stores, &notifier, &clock, options) {
    REQUIRE(stores.Create(context, Mutation(), MakeCustomer("42")).ok());
  }

  // Events of customer 42 that lack their currency.
  EventBatchOutcome Refuse(const std::vector<std::string>& ids,
                           const std::string& customer = "customers/42", std::string text = "") {
    std::vector<SentEvent> sent;
    std::vector<Event> batch;
    for (const std::string& id : ids) {
      SentEvent& event = sent.emplace_back(ToSentEvent(MakeEvent("0", id, EventType::kPurchase)));
      event.customer = customer;
      event.amount_micros = 1;
      event.text = text;
      batch.push_back(ToEvent(event));
    }
    const auto outcome = events.CreateBatch(
        context, Mutation(), std::move(batch),
        {.skip_invalid = true, .quarantined_as = [&](std::size_t at) { return sent.at(at); }});
    INFO(outcome.status().ToString());
    REQUIRE(outcome.ok());
    return *outcome;
  }
  QuarantinePage List(QuarantineFilter filter = {}, int size = 1000, std::string token = "") {
    const auto page = quarantine.List(context, filter, size, token);
    INFO(page.status().ToString());
    REQUIRE(page.ok());
    return *page;
  }
  absl::StatusOr<QuarantinedEvent> SetCurrency(std::int64_t id, std::string etag = "") {
    return quarantine.Update(context, Mutation(),
                             {.id = id,
                              .values = {.currency_code = "GBP", .text = "ignored"},
                              .mask = {"event.currency_code"},
                              .etag = std::move(etag)});
  }

  clientele::testing::FakeClock clock;
  MemoryStores stores{&clock};
  ChangeNotifier notifier{&stores, &clock};
  Events events;
  Quarantine quarantine;
  RequestContext context;
};

std::vector<std::string> IdsOf(const QuarantinePage& page) {
  std::vector<std::string> ids;
  for (const QuarantinedEvent& event : page.events) ids.push_back(event.event.event_id);
  return ids;
}

TEST_CASE("rejected events are kept where that was asked for, with what is wrong with the event") {
  QuarantineFixture f;
  const EventBatchOutcome outcome = f.Refuse({"1", "2"});
  CHECK(outcome.rejected == 2);
  CHECK(outcome.quarantined == 2);
  // The answer counts positions in the request, the quarantine has none.
  CHECK(GetFieldViolations(outcome.errors[1].status)[0].field == "events[1].currency_code");
  const QuarantinePage page = f.List();
  REQUIRE(IdsOf(page) == std::vector<std::string>{"1", "2"});
  CHECK(GetFieldViolations(page.events[1].status)[0].field == "event.currency_code");
  CHECK(page.events[0].expire_time == kNow + absl::Hours(24 * 30));
}

TEST_CASE(
    "rejected events are not kept where nobody asked, and never instead of refusing a batch") {
  QuarantineFixture f;
  Event bad = MakeEvent("42", "1");
  bad.quantity = -1;
  CHECK(f.events.CreateBatch(f.context, Mutation(), {bad}, {.skip_invalid = true})->rejected == 1);
  CHECK(f.List().events.empty());
  const absl::Status refused =
      f.events
          .CreateBatch(f.context, Mutation(), {bad},
                       {.quarantined_as = [&](std::size_t) { return ToSentEvent(bad); }})
          .status();
  CHECK(GetFieldViolations(refused)[0].field == "quarantine_invalid");
  CHECK(f.List().events.empty());
}

TEST_CASE("the quarantine lists by customer and by field, page by page") {
  QuarantineFixture f;
  f.Refuse({"1", "2"});
  f.Refuse({"3"}, "43");
  const QuarantinePage first = f.List({}, 2);
  CHECK(IdsOf(first) == std::vector<std::string>{"1", "2"});
  REQUIRE_FALSE(first.next_page_token.empty());
  const QuarantinePage second = f.List({}, 2, first.next_page_token);
  CHECK(IdsOf(second) == std::vector<std::string>{"3"});
  CHECK(second.next_page_token.empty());
  CHECK(IdsOf(f.List({.customer_id = "43"})) == std::vector<std::string>{"3"});
  CHECK(IdsOf(f.List({.field = "customer"})) == std::vector<std::string>{"3"});
  CHECK(IdsOf(f.List({.field = "event.customer"})) == std::vector<std::string>{"3"});

  // A token is of one list.
  for (const std::string& token : {first.next_page_token, std::string("nonsense")}) {
    const absl::Status refused = f.quarantine.List(f.context, {.field = "text"}, 2, token).status();
    CHECK(GetFieldViolations(refused)[0].field == "page_token");
  }
  const absl::Status refused =
      f.quarantine.List(f.context, {.customer_id = "4 2", .field = "colour"}, 2, "").status();
  REQUIRE(GetFieldViolations(refused).size() == 2);
  CHECK(GetFieldViolations(refused)[0].field == "customer");
  CHECK(GetFieldViolations(refused)[1].field == "field");
}

TEST_CASE("a page of the quarantine ends before it outgrows a message") {
  QuarantineFixture f;
  for (int i = 0; i < 20; ++i) {
    f.Refuse({absl::StrCat(i)}, "customers/42", std::string(200'000, 'x'));
  }
  std::string token;
  std::vector<std::string> ids;
  int pages = 0;
  do {
    const QuarantinePage page = f.List({}, 1000, token);
    CHECK(page.events.size() <= 10);
    for (const std::string& id : IdsOf(page)) ids.push_back(id);
    token = page.next_page_token;
    ++pages;
  } while (!token.empty());
  CHECK(pages == 2);
  CHECK(ids.size() == 20);
}

TEST_CASE("a mend changes what the mask names and tells what is wrong still") {
  QuarantineFixture f;
  f.Refuse({"1"}, "42", "keep me");
  const QuarantinedEvent before = f.List().events[0];
  f.clock.Advance(absl::Minutes(1));
  const auto mended = f.SetCurrency(before.id, EtagOf(before));
  REQUIRE(mended.ok());
  CHECK(mended->event.currency_code == "GBP");
  CHECK(mended->event.text == "keep me");
  CHECK(mended->update_time == kNow + absl::Minutes(1));
  CHECK(mended->expire_time == before.expire_time);
  CHECK(EtagOf(*mended) != EtagOf(before));
  REQUIRE(GetFieldViolations(mended->status).size() == 1);
  CHECK(GetFieldViolations(mended->status)[0].field == "event.customer");
  CHECK(GetReason(f.SetCurrency(before.id, EtagOf(before)).status()) == reason::kEtagMismatch);

  const auto right = f.quarantine.Update(
      f.context, Mutation(),
      {.id = before.id, .values = {.customer = "customers/42"}, .mask = {"event.customer"}});
  REQUIRE(right.ok());
  CHECK(right->status.ok());
  CHECK(f.List({.customer_id = "42"}).events.size() == 1);
}

TEST_CASE("a mend to somebody unknown says so, and one to somebody deleted is refused") {
  QuarantineFixture f;
  REQUIRE(f.stores.Create(f.context, Mutation(), MakeCustomer("gone")).ok());
  REQUIRE(f.stores.Delete(f.context, Mutation(), "gone", "").ok());
  f.Refuse({"1"});
  const std::int64_t id = f.List().events[0].id;
  REQUIRE(f.SetCurrency(id).ok());
  const auto unknown = f.quarantine.Update(
      f.context, Mutation(),
      {.id = id, .values = {.customer = "customers/43"}, .mask = {"event.customer"}});
  REQUIRE(unknown.ok());
  CHECK(GetReason(unknown->status) == "UNKNOWN_CUSTOMER");
  const absl::Status refused =
      f.quarantine
          .Update(f.context, Mutation(),
                  {.id = id, .values = {.customer = "customers/gone"}, .mask = {"event.customer"}})
          .status();
  REQUIRE(GetFieldViolations(refused).size() == 1);
  CHECK(GetFieldViolations(refused)[0].field == "quarantined_event.event.customer");
  CHECK(f.List().events[0].event.customer == "customers/43");
}

TEST_CASE("paths of a mask that cannot be changed are named, and nothing is changed") {
  QuarantineFixture f;
  f.Refuse({"1"});
  const std::int64_t id = f.List().events[0].id;
  const auto refuse = [&](std::vector<std::string> mask) {
    return GetFieldViolations(
        f.quarantine.Update(f.context, Mutation(), {.id = id, .mask = std::move(mask)}).status());
  };
  const auto violations =
      refuse({"event.text", "event.colour", "text", "status", "event.event_time.seconds"});
  REQUIRE(violations.size() == 4);
  CHECK(violations[0].field == "update_mask");
  CHECK(absl::StrContains(violations[0].description, "\"event.colour\""));
  CHECK(absl::StrContains(violations[3].description, "\"event.event_time.seconds\""));
  CHECK(refuse({}).size() == 1);
  CHECK(f.List().events[0].revision == 1);
}

TEST_CASE("a mend may not make an event larger than one may be") {
  QuarantineFixture f;
  f.Refuse({"1"});
  const auto refused =
      f.quarantine.Update(f.context, Mutation(),
                          {.id = f.List().events[0].id,
                           .values = {.text = std::string(kMaxQuarantinedBytes, 'x')},
                           .mask = {"event.text"}});
  CHECK(absl::IsInvalidArgument(refused.status()));
}

TEST_CASE("replays store what is right by now, and the change feed's readers are woken") {
  QuarantineFixture f;
  f.Refuse({"1", "2", "3"});
  const auto all = f.List().events;
  REQUIRE(f.SetCurrency(all[0].id).ok());
  const auto generation = f.notifier.generation();
  const auto outcome = f.quarantine.Replay(f.context, {all[1].id, all[0].id});
  REQUIRE(outcome.ok());
  CHECK(outcome->created == 1);
  CHECK(outcome->rejected == 1);
  CHECK(outcome->change > 0);
  CHECK(f.notifier.generation() > generation);
  CHECK(IdsOf(f.List()) == std::vector<std::string>{"2", "3"});
  CHECK(f.stores.List(f.context, "42", std::nullopt, 10)->size() == 1);
}

TEST_CASE("what was too far ahead is right once its time has come") {
  QuarantineFixture f;
  Event ahead = MakeEvent("42", "1");
  ahead.event_time = kNow + absl::Hours(30);
  REQUIRE(f.events
              .CreateBatch(f.context, Mutation(), {ahead},
                           {.skip_invalid = true,
                            .quarantined_as = [&](std::size_t) { return ToSentEvent(ahead); }})
              ->quarantined == 1);
  CHECK(f.quarantine.ReplayNext(f.context, 10, "")->outcome.rejected == 1);
  f.clock.Advance(absl::Hours(7));
  CHECK(f.quarantine.ReplayNext(f.context, 10, "")->outcome.created == 1);
}

TEST_CASE("the next ones are replayed page by page, past those that stay wrong") {
  QuarantineFixture f;
  f.Refuse({"1", "2", "3", "4", "5"});
  for (const QuarantinedEvent& event : f.List().events) {
    if (event.event.event_id != "2") REQUIRE(f.SetCurrency(event.id).ok());
  }
  std::string token;
  std::vector<std::int64_t> created;
  do {
    const auto page = f.quarantine.ReplayNext(f.context, 2, token);
    REQUIRE(page.ok());
    created.push_back(page->outcome.created);
    token = page->next_page_token;
  } while (!token.empty());
  CHECK(created == std::vector<std::int64_t>{1, 2, 1});
  CHECK(IdsOf(f.List()) == std::vector<std::string>{"2"});
  CHECK(absl::IsInvalidArgument(f.quarantine.ReplayNext(f.context, 2, "x").status()));
  CHECK(absl::IsInvalidArgument(f.quarantine.Replay(f.context, {}).status()));
  CHECK(absl::IsInvalidArgument(
      f.quarantine.Replay(f.context, std::vector<std::int64_t>(1001, 1)).status()));
}

TEST_CASE("names are all replayed, however large their events are") {
  QuarantineFixture f;
  std::vector<std::int64_t> ids;
  for (int i = 0; i < 30; ++i) {
    f.Refuse({absl::StrCat(i)}, "customers/42", std::string(200'000, 'x'));
  }
  for (std::int64_t id = 1; id <= 30; ++id) ids.push_back(id);
  CHECK(f.quarantine.Replay(f.context, ids)->rejected == 30);
}

TEST_CASE("what is past the retention is dropped, all of it") {
  QuarantineFixture f({.retention = absl::Hours(1)});
  std::vector<std::string> ids;
  for (int i = 0; i < 2500; ++i) ids.push_back(absl::StrCat(i));
  f.Refuse(ids);
  f.clock.Advance(absl::Minutes(30));
  f.Refuse({"young"});
  f.clock.Advance(absl::Minutes(31));
  RequestContext turn;
  turn.deadline = absl::InfiniteFuture();
  REQUIRE(f.quarantine.DropOld(turn).ok());
  CHECK(IdsOf(f.List()) == std::vector<std::string>{"young"});
}

TEST_CASE("without a retention nothing is dropped, and nothing expires") {
  QuarantineFixture f({.retention = absl::ZeroDuration()});
  f.Refuse({"1"});
  f.clock.Advance(absl::Hours(100'000));
  REQUIRE(f.quarantine.DropOld(f.context).ok());
  REQUIRE(f.List().events.size() == 1);
  CHECK(f.List().events[0].expire_time == absl::InfiniteFuture());
}

}  // namespace
}  // namespace clientele::profile::testing

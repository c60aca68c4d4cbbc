#include "services/profile-service/core/events/events.h"

#include <cmath>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"
#include "tests/contract/profile/memory_stores.h"
#include "tests/contract/profile/samples.h"
#include "tests/support/fake_clock.h"

namespace clientele::profile::testing {
namespace {

struct EventsFixture {
  clientele::testing::FakeClock clock;
  MemoryStores stores{&clock};
  ChangeNotifier notifier{&stores, &clock};
  Events events{&stores, &notifier, &clock};
  RequestContext context;

  EventsFixture() { REQUIRE(stores.Create(context, Mutation(), MakeCustomer("42")).ok()); }

  absl::StatusOr<EventBatchOutcome> Create(std::vector<Event> batch,
                                           Events::BatchOptions options = {}) {
    return events.CreateBatch(context, Mutation(), std::move(batch), options);
  }
  std::size_t stored() { return stores.List(context, "42", std::nullopt, 10000)->size(); }
};

Event BadEvent(const std::string& id) {
  Event event = MakeEvent("42", id);
  event.quantity = std::nan("");
  return event;
}

TEST_CASE("a batch is stored, counted and made known") {
  EventsFixture f;
  const auto outcome = f.Create({MakeEvent("42", "1"), MakeEvent("42", "2"), MakeEvent("42", "1")});
  REQUIRE(outcome.ok());
  CHECK(outcome->created == 2);
  CHECK(outcome->duplicates == 1);
  CHECK(f.notifier.generation() == 1);
  CHECK(f.Create({MakeEvent("42", "1")})->duplicates == 1);
  CHECK(f.notifier.generation() == 1);
}

TEST_CASE("an empty or oversized batch is refused") {
  EventsFixture f;
  CHECK(absl::IsInvalidArgument(f.Create({}).status()));
  CHECK(absl::IsInvalidArgument(
      f.Create(std::vector<Event>(5001, MakeEvent("42", "1")), {.skip_invalid = true}).status()));
  CHECK(f.stored() == 0);
}

TEST_CASE("bad events refuse the batch, all of them named by their position") {
  EventsFixture f;
  const absl::Status refused =
      f.Create({MakeEvent("42", "1"), BadEvent("2"), BadEvent("3")}, {.first_index = 100}).status();
  CHECK(absl::IsInvalidArgument(refused));
  REQUIRE(GetFieldViolations(refused).size() == 2);
  CHECK(GetFieldViolations(refused)[0].field == "events[101].quantity");
  CHECK(GetFieldViolations(refused)[1].field == "events[102].quantity");
  CHECK(f.stored() == 0);
}

TEST_CASE("skip_invalid stores the good events and explains the others in order") {
  EventsFixture f;
  const auto outcome = f.Create({MakeEvent("nobody", "0"), BadEvent("1"), MakeEvent("42", "2"),
                                 MakeEvent("nobody", "3"), BadEvent("4")},
                                {.skip_invalid = true, .first_index = 10});
  REQUIRE(outcome.ok());
  CHECK(outcome->created == 1);
  CHECK(outcome->rejected == 4);
  std::vector<int64_t> indices;
  for (const RejectedEvent& error : outcome->errors) {
    indices.push_back(error.index);
    CHECK(absl::IsInvalidArgument(error.status));
  }
  CHECK(indices == std::vector<int64_t>{10, 11, 13, 14});
  CHECK(f.stored() == 1);
}

TEST_CASE("a batch of nothing but bad events is no error when they are skipped") {
  EventsFixture f;
  const auto outcome = f.Create({BadEvent("1")}, {.skip_invalid = true});
  REQUIRE(outcome.ok());
  CHECK(outcome->rejected == 1);
  CHECK(f.notifier.generation() == 0);
}

TEST_CASE("only the first thousand rejections are explained, all are counted") {
  EventsFixture f;
  EventBatchOutcome sums;
  for (int i = 0; i < 3; ++i) {
    auto outcome = f.Create(std::vector<Event>(600, BadEvent("1")),
                            {.skip_invalid = true, .first_index = 600 * i});
    REQUIRE(outcome.ok());
    sums.Add(*std::move(outcome));
  }
  CHECK(sums.rejected == 1800);
  REQUIRE(sums.errors.size() == 1000);
  CHECK(sums.errors.back().index == 999);
}

TEST_CASE("times are kept to the microsecond") {
  EventsFixture f;
  Event event = MakeEvent("42", "1");
  event.event_time = kNow - absl::Nanoseconds(1);
  REQUIRE(f.Create({event}).ok());
  CHECK(f.stores.List(f.context, "42", std::nullopt, 1)->at(0).event_time ==
        kNow - absl::Microseconds(1));
}

TEST_CASE("pages of events continue with the token of the page before") {
  EventsFixture f;
  REQUIRE(f.Create({MakeEvent("42", "1"), MakeEvent("42", "2"), MakeEvent("42", "3")}).ok());
  const auto first = f.events.List(f.context, "42", 2, "");
  REQUIRE(first.ok());
  CHECK(first->events.at(0).event_id == "3");
  const auto second = f.events.List(f.context, "42", 2, first->next_page_token);
  REQUIRE(second.ok());
  REQUIRE(second->events.size() == 1);
  CHECK(second->events[0].event_id == "1");
  CHECK(second->next_page_token.empty());
  CHECK(
      absl::IsInvalidArgument(f.events.List(f.context, "43", 2, first->next_page_token).status()));
}

}  // namespace
}  // namespace clientele::profile::testing

#ifndef CLIENTELE_TESTS_CONTRACT_CHANGEFEED_CHANGE_SINK_CONTRACT_H_
#define CLIENTELE_TESTS_CONTRACT_CHANGEFEED_CHANGE_SINK_CONTRACT_H_

// What every ChangeSink does with its cursor, whatever it keeps of the changes. Called from a
// TEST_CASE with a sink that has seen nothing.

#include <catch2/catch_test_macros.hpp>

#include "common/changefeed/change_sink.h"

namespace clientele::changefeed {

inline void CheckChangeSinkContract(ChangeSink& sink) {
  Change created;
  created.kind = Change::Kind::kCustomerCreated;
  created.customer_id = "mary";
  created.change_time = absl::FromUnixSeconds(1'700'000'000);
  Change unknown;
  unknown.kind = Change::Kind::kUnknown;
  unknown.customer_id = "mary";
  unknown.change_time = created.change_time;
  const auto cursor = [&] {
    const auto loaded = sink.LoadCursor();
    REQUIRE(loaded.ok());
    return *loaded;
  };
  CHECK(cursor().empty());

  SECTION("the cursor moves with each batch, also one that holds nothing to keep") {
    REQUIRE(sink.Apply("", {{created}, "c1"}).ok());
    CHECK(cursor() == "c1");
    REQUIRE(sink.Apply("c1", {{unknown}, "c2"}).ok());
    REQUIRE(sink.Apply("c2", {{}, "c3"}).ok());
    CHECK(cursor() == "c3");
    // It is nobody's.
    Change expired;
    expired.kind = Change::Kind::kEventsExpired;
    expired.change_time = created.change_time;
    expired.expired_type = EventKind::kView;
    expired.expired_before = created.change_time;
    REQUIRE(sink.Apply("c3", {{expired}, "c4"}).ok());
    CHECK(cursor() == "c4");
  }

  SECTION("a batch that is not at the cursor is ABORTED and moves nothing") {
    REQUIRE(sink.Apply("", {{created}, "c1"}).ok());
    CHECK(absl::IsAborted(sink.Apply("", {{created}, "c1"})));
    CHECK(absl::IsAborted(sink.Apply("c2", {{created}, "c3"})));
    Change expired;
    expired.kind = Change::Kind::kEventsExpired;
    expired.expired_type = EventKind::kView;
    expired.expired_before = absl::InfiniteFuture();
    CHECK(absl::IsAborted(sink.Apply("c2", {{expired}, "c3"})));
    CHECK(cursor() == "c1");
  }

  SECTION("a change that comes again is applied again without harm") {
    REQUIRE(sink.Apply("", {{created}, "c1"}).ok());
    REQUIRE(sink.Apply("c1", {{created}, "c2"}).ok());
    CHECK(cursor() == "c2");
  }
}

}  // namespace clientele::changefeed

#endif  // CLIENTELE_TESTS_CONTRACT_CHANGEFEED_CHANGE_SINK_CONTRACT_H_

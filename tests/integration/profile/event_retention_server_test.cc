// Events that grow too old, in a service that was started with --event_retention.
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"

#include "common/rpc/status_bridge.h"
#include "common/status/error_details.h"
#include "services/profile-service/store/migrations.h"
#include "tests/integration/profile/server_fixture.h"
#include "tests/support/eventually.h"
#include "tests/support/test_database.h"

namespace clientele::profile::testing {
namespace {

using clientele::testing::Eventually;
using clientele::testing::TestDatabase;

int CountEvents(Stub& stub, const std::string& customer = "42") {
  v1::ListEventsRequest list;
  list.set_parent("customers/" + customer);
  v1::ListEventsResponse events;
  REQUIRE(Call(stub, &Stub::ListEvents, list, &events).ok());
  return events.events_size();
}

std::string CursorBehindSnapshot(Stub& stub) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  const auto stream = stub.StreamChanges(&context, v1::StreamChangesRequest());
  v1::StreamChangesResponse changes;
  while (stream->Read(&changes) && changes.has_snapshot() && changes.snapshot().has_through()) {
  }
  context.TryCancel();
  return changes.cursor();
}

TEST_CASE("events that are too old go once, followers are told, and they do not come back") {
  const TestDatabase database = TestDatabase::Migrated<MigrateSchema>();
  ServiceFolder folder(database.conninfo());
  folder.WriteModels();
  // Views of 2023, and a purchase of then.
  v1::BatchCreateEventsRequest old = Views("42", 0, 3);
  old.mutable_events(2)->set_type(v1::EVENT_TYPE_PURCHASE);
  {
    const std::unique_ptr<Server> server = folder.Start();
    REQUIRE(WaitUntilServing(*server));
    const std::unique_ptr<Stub> stub = Connect(*server);
    v1::Customer made;
    REQUIRE(Call(*stub, &Stub::CreateCustomer, CreateRequest("42"), &made).ok());
    v1::BatchCreateEventsResponse created;
    REQUIRE(Call(*stub, &Stub::BatchCreateEvents, old, &created).ok());
    CHECK(CountEvents(*stub) == 3);
  }
  folder.options.event_retention = "view=180d";
  const std::unique_ptr<Server> server = folder.Start();
  REQUIRE(WaitUntilServing(*server));
  const std::unique_ptr<Stub> stub = Connect(*server);
  REQUIRE(Eventually(std::chrono::seconds(30), [&] { return CountEvents(*stub) == 1; }));
  const v1::Profile profile = WaitForProfile(*stub, "42");
  REQUIRE(profile.event_counts_size() == 1);
  CHECK(profile.event_counts(0).type() == v1::EVENT_TYPE_PURCHASE);

  // A new follower is told of what is left, and then that views are gone.
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  const auto stream = stub->StreamChanges(&context, v1::StreamChangesRequest());
  v1::StreamChangesResponse changes;
  int events = 0;
  bool expired = false;
  while (!expired && stream->Read(&changes)) {
    for (const v1::Change& change : changes.changes()) {
      events += change.has_event();
      if (!change.has_events_expired()) continue;
      expired = true;
      CHECK(change.customer().empty());
      CHECK(change.events_expired().type() == v1::EVENT_TYPE_VIEW);
      CHECK(change.events_expired().before().seconds() % (24 * 3600) == 0);
    }
    // The change may be older than the snapshot, whose end is where the follower goes on.
    if (changes.has_snapshot() && !changes.snapshot().has_through()) break;
  }
  CHECK(events == 1);
  context.TryCancel();

  v1::BatchCreateEventsResponse refused;
  const grpc::Status late = Call(*stub, &Stub::BatchCreateEvents, old, &refused);
  const auto violations = GetFieldViolations(rpc::FromGrpcStatus(late));
  REQUIRE(violations.size() == 2);
  CHECK(violations[0].field == "events[0].event_time");
  CHECK(absl::StrContains(violations[0].description, "too long ago"));
}

TEST_CASE("events of a customer without consent go where others' stay, and followers learn whose") {
  const TestDatabase database = TestDatabase::Migrated<MigrateSchema>();
  ServiceFolder folder(database.conninfo());
  folder.WriteModels();
  v1::StreamChangesRequest from_here;
  {
    const std::unique_ptr<Server> server = folder.Start();
    REQUIRE(WaitUntilServing(*server));
    const std::unique_ptr<Stub> stub = Connect(*server);
    for (const char* customer : {"42", "43"}) {
      v1::Customer made;
      REQUIRE(Call(*stub, &Stub::CreateCustomer, CreateRequest(customer), &made).ok());
      v1::BatchCreateEventsResponse created;
      REQUIRE(Call(*stub, &Stub::BatchCreateEvents, Views(customer, 0, 3), &created).ok());
    }
    v1::UpdateConsentRequest withdrawal;
    withdrawal.mutable_consent()->set_name("customers/42/consents/profiling");
    withdrawal.mutable_consent()->set_state(v1::CONSENT_STATE_WITHDRAWN);
    v1::Consent consent;
    REQUIRE(Call(*stub, &Stub::UpdateConsent, withdrawal, &consent).ok());
    from_here.set_cursor(CursorBehindSnapshot(*stub));
  }
  folder.options.event_retention = "view/profiling=180d";
  const std::unique_ptr<Server> server = folder.Start();
  REQUIRE(WaitUntilServing(*server));
  const std::unique_ptr<Stub> stub = Connect(*server);
  REQUIRE(Eventually(std::chrono::seconds(30), [&] { return CountEvents(*stub) == 0; }));
  CHECK(CountEvents(*stub, "43") == 3);

  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  const auto stream = stub->StreamChanges(&context, from_here);
  v1::StreamChangesResponse changes;
  std::vector<std::string> told;
  while (told.empty() && stream->Read(&changes)) {
    for (const v1::Change& change : changes.changes()) {
      if (change.has_events_expired()) told.push_back(change.customer());
    }
  }
  CHECK(told == std::vector<std::string>{"customers/42"});
  context.TryCancel();

  // They are stored all the same: what a customer consents to may change.
  v1::BatchCreateEventsResponse again;
  CHECK(Call(*stub, &Stub::BatchCreateEvents, Views("42", 0, 3), &again).ok());
}

TEST_CASE("a retention that cannot be understood stops the start") {
  const TestDatabase database = TestDatabase::Migrated<MigrateSchema>();
  ServiceFolder folder(database.conninfo());
  folder.WriteModels();
  folder.options.event_retention = "views=180d";
  const absl::Status refused = Server::Create(folder.options).status();
  CHECK(absl::IsInvalidArgument(refused));
  CHECK(absl::StrContains(refused.message(), "views=180d"));
}

}  // namespace
}  // namespace clientele::profile::testing

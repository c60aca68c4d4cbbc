// How soon an event shows in segments over gRPC. Hidden: run profile_server_test "[.speed]".
#include <algorithm>
#include <chrono>
#include <ctime>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "services/profile-service/store/migrations.h"
#include "tests/integration/profile/server_fixture.h"
#include "tests/support/test_database.h"

namespace clientele::profile::testing {
namespace {

constexpr int kSegments = 200;
constexpr int kJoins = 200;

TEST_CASE("who joins a segment is told soon after the event", "[.speed]") {
  const clientele::testing::TestDatabase database =
      clientele::testing::TestDatabase::Migrated<MigrateSchema>();
  ServiceFolder folder(database.conninfo());
  folder.options.derive_interval = ServerOptions().derive_interval;
  folder.WriteModels();
  const std::unique_ptr<Server> server = folder.Start();
  REQUIRE(WaitUntilServing(*server));
  const std::unique_ptr<Stub> stub = Connect(*server);
  for (int i = 0; i < kSegments; ++i) {
    v1::CreateSegmentRequest create;
    create.set_segment_id(absl::StrCat("s", i));
    create.mutable_segment()->set_rule(
        i == 0 ? "views(30d) >= 1"
               : absl::StrCat("purchases(90d, category = \"c", i, "\") >= 2 and views > ", i));
    v1::Segment segment;
    REQUIRE(Call(*stub, &Stub::CreateSegment, create, &segment).ok());
  }
  v1::StreamSegmentChangesRequest follow;
  follow.add_segments("segments/s0");
  grpc::ClientContext context;
  const auto stream = stub->StreamSegmentChanges(&context, follow);
  v1::StreamSegmentChangesResponse told;
  REQUIRE(stream->Read(&told));
  std::vector<double> milliseconds;
  for (int i = 0; i < kJoins; ++i) {
    const std::string id = absl::StrCat("j", i);
    v1::Customer made;
    REQUIRE(Call(*stub, &Stub::CreateCustomer, CreateRequest(id), &made).ok());
    v1::BatchCreateEventsRequest request;
    v1::Event& event = *request.add_events();
    event = ViewEvent(id, "e");
    event.mutable_event_time()->set_seconds(std::time(nullptr) - 1);
    const auto start = std::chrono::steady_clock::now();
    v1::BatchCreateEventsResponse response;
    REQUIRE(Call(*stub, &Stub::BatchCreateEvents, request, &response).ok());
    do {
      REQUIRE(stream->Read(&told));
    } while (told.changes().empty() || told.changes(0).customer() != "customers/" + id);
    const std::chrono::duration<double, std::milli> elapsed =
        std::chrono::steady_clock::now() - start;
    milliseconds.push_back(elapsed.count());
  }
  context.TryCancel();
  std::sort(milliseconds.begin(), milliseconds.end());
  std::cout << R"({"bench":"profile_event_to_membership","value":)"
            << milliseconds[milliseconds.size() / 2]
            << R"(,"unit":"ms","vs":"the slowest twentieth","ratio":)"
            << milliseconds[milliseconds.size() / 2] / milliseconds[milliseconds.size() * 19 / 20]
            << "}\n";
}

}  // namespace
}  // namespace clientele::profile::testing

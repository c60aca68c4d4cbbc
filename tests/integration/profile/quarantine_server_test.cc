// The quarantine of events over gRPC: from a refused stream to a replay.
#include <memory>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "common/rpc/status_bridge.h"
#include "common/status/error_details.h"
#include "services/profile-service/store/migrations.h"
#include "tests/integration/profile/server_fixture.h"
#include "tests/support/test_database.h"

namespace clientele::profile::testing {
namespace {

using clientele::testing::TestDatabase;

struct QuarantineService {
  explicit QuarantineService(QuarantineLimits limits = {}) {
    folder.options.quarantine = limits;
    folder.WriteModels();
    server = folder.Start();
    REQUIRE(WaitUntilServing(*server));
    stub = Connect(*server);
    v1::Customer made;
    REQUIRE(Call(*stub, &Stub::CreateCustomer, CreateRequest("42"), &made).ok());
  }

  v1::ListQuarantinedEventsResponse List() {
    v1::ListQuarantinedEventsResponse response;
    REQUIRE(Call(*stub, &Stub::ListQuarantinedEvents, v1::ListQuarantinedEventsRequest(), &response)
                .ok());
    return response;
  }
  int StoredCount() {
    v1::ListEventsRequest list;
    list.set_parent("customers/42");
    v1::ListEventsResponse events;
    REQUIRE(Call(*stub, &Stub::ListEvents, list, &events).ok());
    return events.events_size();
  }

  const TestDatabase database = TestDatabase::Migrated<MigrateSchema>();
  ServiceFolder folder{database.conninfo()};
  std::unique_ptr<Server> server;
  std::unique_ptr<Stub> stub;
};

// Of customer 42: a good event, one without its currency, one by a wrong name; and one of nobody.
v1::BatchCreateEventsRequest MixedEvents() {
  v1::BatchCreateEventsRequest request = Views("42", 0, 3);
  request.set_skip_invalid(true);
  request.set_quarantine_invalid(true);
  request.mutable_events(1)->set_type(v1::EVENT_TYPE_PURCHASE);
  request.mutable_events(1)->set_amount_micros(6'950'000);
  request.mutable_events(2)->set_customer("42");
  *request.add_events() = ViewEvent("nobody", "3");
  return request;
}

TEST_CASE("refused events of a stream are kept once, mended, replayed and dropped") {
  QuarantineService s;
  for (int attempt = 0; attempt < 2; ++attempt) {
    grpc::ClientContext context;
    v1::BatchCreateEventsResponse response;
    const auto writer = s.stub->IngestEvents(&context, &response);
    REQUIRE(writer->Write(MixedEvents()));
    writer->WritesDone();
    REQUIRE(writer->Finish().ok());
    CHECK(response.created_count() + response.duplicate_count() == 1);
    CHECK(response.rejected_count() == 3);
    CHECK(response.quarantined_count() == 3);
  }
  const v1::ListQuarantinedEventsResponse all = s.List();
  REQUIRE(all.quarantined_events_size() == 3);
  const v1::QuarantinedEvent& currency = all.quarantined_events(0);
  const v1::QuarantinedEvent& name = all.quarantined_events(1);
  CHECK(currency.event().SerializeAsString() == MixedEvents().events(1).SerializeAsString());
  CHECK(name.event().customer() == "42");
  CHECK(name.expire_time().seconds() == name.create_time().seconds() + 30 * 24 * 3600);
  CHECK(GetFieldViolations(rpc::FromProto(currency.status()))[0].field == "event.currency_code");
  CHECK(GetFieldViolations(rpc::FromProto(name.status()))[0].field == "event.customer");

  v1::UpdateQuarantinedEventRequest update;
  *update.mutable_quarantined_event() = currency;
  update.mutable_quarantined_event()->mutable_event()->set_currency_code("GBP");
  update.mutable_quarantined_event()->mutable_event()->set_text("not in the mask");
  update.mutable_update_mask()->add_paths("event.currency_code");
  update.set_request_id("fix-1");
  v1::QuarantinedEvent mended;
  for (int attempt = 0; attempt < 2; ++attempt) {
    REQUIRE(Call(*s.stub, &Stub::UpdateQuarantinedEvent, update, &mended).ok());
    CHECK(mended.event().currency_code() == "GBP");
    CHECK(mended.event().text().empty());
    CHECK(mended.status().code() == 0);
    CHECK(mended.etag() == "2");
  }
  update.set_request_id("fix-2");
  CHECK(Call(*s.stub, &Stub::UpdateQuarantinedEvent, update, &mended).error_code() ==
        grpc::StatusCode::ABORTED);
  *update.mutable_quarantined_event() = name;
  update.mutable_quarantined_event()->mutable_event()->set_customer("customers/42");
  update.mutable_update_mask()->set_paths(0, "event.customer");
  update.set_request_id("");
  REQUIRE(Call(*s.stub, &Stub::UpdateQuarantinedEvent, update, &mended).ok());
  CHECK(s.StoredCount() == 1);

  v1::ReplayQuarantinedEventsResponse replayed;
  REQUIRE(
      Call(*s.stub, &Stub::ReplayQuarantinedEvents, v1::ReplayQuarantinedEventsRequest(), &replayed)
          .ok());
  CHECK(replayed.created_count() == 2);
  CHECK(replayed.rejected_count() == 1);
  CHECK(replayed.next_page_token().empty());
  CHECK_FALSE(replayed.change().empty());
  CHECK(s.StoredCount() == 3);
  // What a replay stored is in the next profile.
  v1::GetProfileRequest get;
  get.set_name("customers/42/profile");
  get.set_min_change(replayed.change());
  v1::Profile profile;
  REQUIRE(Call(*s.stub, &Stub::GetProfile, get, &profile).ok());
  CHECK(profile.monetary_totals(0).purchase_amount_micros() == 6'950'000);

  const v1::ListQuarantinedEventsResponse left = s.List();
  REQUIRE(left.quarantined_events_size() == 1);
  CHECK(GetReason(rpc::FromProto(left.quarantined_events(0).status())) == "UNKNOWN_CUSTOMER");
  v1::DeleteQuarantinedEventRequest drop;
  drop.set_name(left.quarantined_events(0).name());
  google::protobuf::Empty empty;
  CHECK(Call(*s.stub, &Stub::DeleteQuarantinedEvent, drop, &empty).ok());
  CHECK(Call(*s.stub, &Stub::DeleteQuarantinedEvent, drop, &empty).error_code() ==
        grpc::StatusCode::NOT_FOUND);
  CHECK(s.List().quarantined_events_size() == 0);
}

TEST_CASE("a full quarantine shows in the counts of the answer") {
  QuarantineService s({.events = 1});
  v1::BatchCreateEventsResponse response;
  REQUIRE(Call(*s.stub, &Stub::BatchCreateEvents, MixedEvents(), &response).ok());
  CHECK(response.rejected_count() == 3);
  CHECK(response.quarantined_count() == 1);
  CHECK(s.List().quarantined_events_size() == 1);
}

TEST_CASE("quarantine is asked for together with skipping, or not at all") {
  QuarantineService s;
  v1::BatchCreateEventsRequest request = MixedEvents();
  request.set_skip_invalid(false);
  v1::BatchCreateEventsResponse response;
  const grpc::Status refused = Call(*s.stub, &Stub::BatchCreateEvents, request, &response);
  CHECK(GetFieldViolations(rpc::FromGrpcStatus(refused))[0].field == "quarantine_invalid");
  request.set_skip_invalid(true);
  request.set_quarantine_invalid(false);
  REQUIRE(Call(*s.stub, &Stub::BatchCreateEvents, request, &response).ok());
  CHECK(response.quarantined_count() == 0);
  CHECK(s.List().quarantined_events_size() == 0);
}

}  // namespace
}  // namespace clientele::profile::testing

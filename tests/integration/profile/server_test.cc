// profile-service as its callers see it: over gRPC, on PostgreSQL, with real bundles.
#include <chrono>
#include <cmath>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/rpc/channel.h"
#include "common/rpc/status_bridge.h"
#include "common/status/error_details.h"
#include "services/profile-service/store/migrations.h"
#include "tests/integration/profile/server_fixture.h"
#include "tests/support/test_cluster.h"
#include "tests/support/test_database.h"

namespace clientele::profile::testing {
namespace {

using clientele::testing::TestCluster;
using clientele::testing::TestDatabase;

// A serving service on an empty database.
struct Service {
  TestDatabase database = TestDatabase::Migrated<MigrateSchema>();
  ServiceFolder folder{database.conninfo()};
  std::unique_ptr<Server> server;
  std::unique_ptr<Stub> stub;

  Service() {
    folder.WriteModels();
    server = folder.Start();
    stub = Connect(*server);
    REQUIRE(WaitUntilServing(*server));
  }
  void Create(const std::string& id) {
    v1::Customer made;
    REQUIRE(Call(*stub, &Stub::CreateCustomer, CreateRequest(id), &made).ok());
  }
  v1::BatchCreateEventsResponse Insert(const v1::BatchCreateEventsRequest& request) {
    v1::BatchCreateEventsResponse response;
    const grpc::Status status = Call(*stub, &Stub::BatchCreateEvents, request, &response);
    INFO(status.error_message());
    REQUIRE(status.ok());
    return response;
  }
  grpc::Status TryInsert(const v1::BatchCreateEventsRequest& request) {
    v1::BatchCreateEventsResponse response;
    return Call(*stub, &Stub::BatchCreateEvents, request, &response);
  }
};

std::string ReasonOf(const grpc::Status& status) { return GetReason(rpc::FromGrpcStatus(status)); }

TEST_CASE("a customer is created, read, changed with its etag, listed and deleted") {
  Service s;
  v1::CreateCustomerRequest create = CreateRequest("42");
  create.set_request_id("request-1");
  v1::Customer made;
  REQUIRE(Call(*s.stub, &Stub::CreateCustomer, create, &made).ok());
  CHECK(made.name() == "customers/42");
  v1::Customer again;
  REQUIRE(Call(*s.stub, &Stub::CreateCustomer, create, &again).ok());
  CHECK(again.SerializeAsString() == made.SerializeAsString());
  create.mutable_customer()->set_email("other@example.com");
  const grpc::Status reused = Call(*s.stub, &Stub::CreateCustomer, create, &again);
  CHECK(reused.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  CHECK(ReasonOf(reused) == "REQUEST_ID_REUSED");

  v1::UpdateCustomerRequest update;
  update.mutable_customer()->set_name(made.name());
  update.mutable_customer()->set_region("GB");
  update.mutable_customer()->set_etag(made.etag());
  update.mutable_update_mask()->add_paths("region");
  v1::Customer updated;
  REQUIRE(Call(*s.stub, &Stub::UpdateCustomer, update, &updated).ok());
  CHECK(updated.region() == "GB");
  CHECK(updated.email() == "ada@example.com");
  const grpc::Status stale = Call(*s.stub, &Stub::UpdateCustomer, update, &updated);
  CHECK(stale.error_code() == grpc::StatusCode::ABORTED);
  CHECK(ReasonOf(stale) == "ETAG_MISMATCH");

  v1::ListCustomersResponse list;
  REQUIRE(Call(*s.stub, &Stub::ListCustomers, v1::ListCustomersRequest(), &list).ok());
  CHECK(list.customers_size() == 1);

  v1::DeleteCustomerRequest erase;
  erase.set_name(made.name());
  erase.set_request_id("request-2");
  google::protobuf::Empty empty;
  CHECK(Call(*s.stub, &Stub::DeleteCustomer, erase, &empty).ok());
  CHECK(Call(*s.stub, &Stub::DeleteCustomer, erase, &empty).ok());
  v1::GetCustomerRequest get;
  get.set_name(made.name());
  CHECK(Call(*s.stub, &Stub::GetCustomer, get, &made).error_code() == grpc::StatusCode::NOT_FOUND);
  CHECK(Call(*s.stub, &Stub::CreateCustomer, CreateRequest("42"), &made).error_code() ==
        grpc::StatusCode::ALREADY_EXISTS);
}

TEST_CASE("bad events are refused with their fields, and nothing is stored") {
  Service s;
  s.Create("42");
  v1::BatchCreateEventsRequest request = Views("42", 0, 3);
  request.mutable_events(1)->set_quantity(std::nan(""));
  request.mutable_events(2)->mutable_event_time()->set_seconds(4'000'000'000);
  const grpc::Status refused = s.TryInsert(request);
  CHECK(refused.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  const auto violations = GetFieldViolations(rpc::FromGrpcStatus(refused));
  REQUIRE(violations.size() == 2);
  CHECK(violations[0].field == "events[1].quantity");
  CHECK(violations[1].field == "events[2].event_time");

  v1::BatchCreateEventsRequest stranger = Views("42", 0, 1);
  *stranger.add_events() = ViewEvent("nobody", "1");
  CHECK(s.TryInsert(stranger).error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  CHECK(s.TryInsert({}).error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  v1::BatchCreateEventsRequest malformed = Views("42", 0, 1);
  malformed.mutable_events(0)->set_text("cut \xE7\x8E");
  CHECK(s.TryInsert(malformed).error_code() == grpc::StatusCode::INVALID_ARGUMENT);

  v1::ListEventsRequest list;
  list.set_parent("customers/42");
  v1::ListEventsResponse events;
  REQUIRE(Call(*s.stub, &Stub::ListEvents, list, &events).ok());
  CHECK(events.events_size() == 0);

  request.set_skip_invalid(true);
  const v1::BatchCreateEventsResponse response = s.Insert(request);
  CHECK(response.created_count() == 1);
  CHECK(response.rejected_count() == 2);
  CHECK(response.errors(1).index() == 2);
}

TEST_CASE("a stream that was cut and is sent again stores every event once") {
  Service s;
  s.Create("42");
  {
    grpc::ClientContext context;
    v1::BatchCreateEventsResponse response;
    auto writer = s.stub->IngestEvents(&context, &response);
    REQUIRE(writer->Write(Views("42", 0, 100)));
    REQUIRE(writer->Write(Views("42", 100, 100)));
    context.TryCancel();
    CHECK(writer->Finish().error_code() == grpc::StatusCode::CANCELLED);
  }
  grpc::ClientContext context;
  v1::BatchCreateEventsResponse response;
  auto writer = s.stub->IngestEvents(&context, &response);
  for (int first = 0; first < 500; first += 100) {
    v1::BatchCreateEventsRequest request = Views("42", first, 100);
    request.set_skip_invalid(true);
    if (first == 300) request.mutable_events(50)->set_rating(9);
    REQUIRE(writer->Write(request));
  }
  writer->WritesDone();
  REQUIRE(writer->Finish().ok());
  CHECK(response.created_count() + response.duplicate_count() == 499);
  CHECK(response.duplicate_count() <= 200);
  CHECK(response.rejected_count() == 1);
  CHECK(response.errors(0).index() == 350);

  v1::ListEventsRequest list;
  list.set_parent("customers/42");
  list.set_page_size(1000);
  v1::ListEventsResponse events;
  REQUIRE(Call(*s.stub, &Stub::ListEvents, list, &events).ok());
  CHECK(events.events_size() == 499);
}

TEST_CASE("a profile's totals equal sums done by hand, and its vector is fused") {
  Service s;
  s.Create("42");
  v1::BatchCreateEventsRequest request = Views("42", 0, 3);
  struct Line {
    v1::EventType type;
    int64_t micros;
  };
  for (const Line& line : std::vector<Line>{{v1::EVENT_TYPE_PURCHASE, 6'950'000},
                                            {v1::EVENT_TYPE_PURCHASE, 13'050'001},
                                            {v1::EVENT_TYPE_RETURN, 6'950'000}}) {
    v1::Event* event = request.add_events();
    *event = ViewEvent("42", std::to_string(request.events_size()));
    event->set_type(line.type);
    event->set_amount_micros(line.micros);
    event->set_currency_code("GBP");
    event->set_category("light");
    event->set_channel("web");
  }
  v1::Event* message = request.add_events();
  *message = ViewEvent("42", "message");
  message->set_type(v1::EVENT_TYPE_MESSAGE);
  message->set_text("Where is my order? 我的订单在哪里");
  CHECK(s.Insert(request).created_count() == 7);

  v1::Profile profile = WaitForProfile(*s.stub, "42");
  REQUIRE(profile.monetary_totals_size() == 1);
  CHECK(profile.monetary_totals(0).currency_code() == "GBP");
  CHECK(profile.monetary_totals(0).purchase_amount_micros() == 20'000'001);
  CHECK(profile.monetary_totals(0).return_amount_micros() == 6'950'000);
  CHECK(profile.monetary_totals(0).purchase_count() == 2);
  CHECK(profile.monetary_totals(0).return_count() == 1);
  REQUIRE(profile.category_affinity_size() == 1);
  CHECK(profile.category_affinity(0).share() == 1.0);
  CHECK(profile.channel_mix(0).key() == "web");
  CHECK(profile.models_size() == 2);
  CHECK(profile.models(0) == "starter-text-encoder/1");
  CHECK(profile.models(1) == "starter-profile-fuser/1");
  double squares = 0;
  double text_squares = 0;
  for (int i = 0; i < profile.vector_size(); ++i) {
    squares += profile.vector(i) * profile.vector(i);
    if (i >= 4) text_squares += profile.vector(i) * profile.vector(i);
  }
  CHECK(profile.vector_size() == 8);
  CHECK_THAT(squares, Catch::Matchers::WithinAbs(1.0, 1e-5));
  CHECK(text_squares > 0);

  s.Create("quiet");
  v1::GetProfileRequest get;
  get.set_name("customers/quiet/profile");
  REQUIRE(Call(*s.stub, &Stub::GetProfile, get, &profile).ok());
  for (const float value : profile.vector()) CHECK(value == 0.0f);
  get.set_name("customers/nobody/profile");
  CHECK(Call(*s.stub, &Stub::GetProfile, get, &profile).error_code() ==
        grpc::StatusCode::NOT_FOUND);
}

TEST_CASE("a watched profile follows events, texts and merges, and a change is waited for") {
  Service s;
  s.Create("a");
  s.Create("b");
  v1::WatchProfileRequest watch;
  watch.set_name("customers/a/profile");
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  const auto stream = s.stub->WatchProfile(&context, watch);
  v1::Profile seen;
  REQUIRE(stream->Read(&seen));
  CHECK(seen.event_counts().empty());

  v1::BatchCreateEventsRequest request = Views("a", 0, 1);
  v1::Event* message = request.add_events();
  *message = ViewEvent("a", "message");
  message->set_type(v1::EVENT_TYPE_MESSAGE);
  message->set_text("Where is my order?");
  const v1::BatchCreateEventsResponse stored = s.Insert(request);
  v1::GetProfileRequest get;
  get.set_name(watch.name());
  get.set_min_change(stored.change());
  v1::Profile contained;
  REQUIRE(Call(*s.stub, &Stub::GetProfile, get, &contained).ok());
  CHECK(contained.pending_text_count() == 0);
  CHECK(contained.modalities_size() == 2);
  // Perhaps one before the text was embedded.
  while (seen.modalities_size() < 2) REQUIRE(stream->Read(&seen));

  v1::MergeCustomersRequest merge;
  merge.set_survivor("customers/b");
  merge.add_customers("customers/a");
  v1::MergeCustomersResponse merged;
  REQUIRE(Call(*s.stub, &Stub::MergeCustomers, merge, &merged).ok());
  while (seen.name() != "customers/b/profile") REQUIRE(stream->Read(&seen));
  CHECK(seen.event_counts_size() == 2);
  v1::UndoMergeRequest undo;
  undo.set_name(merged.merges(0).name());
  v1::Merge undone;
  REQUIRE(Call(*s.stub, &Stub::UndoMerge, undo, &undone).ok());
  while (seen.name() != "customers/a/profile") REQUIRE(stream->Read(&seen));
}

TEST_CASE("who joins a segment is told with reasons") {
  Service s;
  s.Create("a");
  v1::CreateSegmentRequest create;
  create.set_segment_id("seen");
  create.mutable_segment()->set_rule("views >= 1");
  create.set_validate_only(true);
  v1::Segment segment;
  REQUIRE(Call(*s.stub, &Stub::CreateSegment, create, &segment).ok());
  CHECK(segment.member_count() == 0);
  create.mutable_segment()->set_rule("views = 0");
  REQUIRE(Call(*s.stub, &Stub::CreateSegment, create, &segment).ok());
  CHECK(segment.member_count() == 1);
  create.mutable_segment()->set_rule("views >= 1");
  create.set_validate_only(false);
  REQUIRE(Call(*s.stub, &Stub::CreateSegment, create, &segment).ok());
  v1::StreamSegmentChangesRequest follow;
  follow.add_segments("segments/seen");
  follow.set_include_reasons(true);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  const auto stream = s.stub->StreamSegmentChanges(&context, follow);
  v1::StreamSegmentChangesResponse told;
  REQUIRE(stream->Read(&told));
  CHECK(told.changes().empty());
  CHECK_FALSE(told.cursor().empty());
  s.Insert(Views("a", 0, 1));
  while (told.changes().empty()) REQUIRE(stream->Read(&told));
  CHECK(told.changes(0).customer() == "customers/a");
  CHECK(told.changes(0).segment() == "segments/seen");
  CHECK(told.changes(0).kind() == v1::SegmentChange::KIND_JOINED);
  CHECK(told.changes(0).reasons_size() == 1);
}

TEST_CASE("a segment has its size by day and its report, once it was looked at") {
  Service s;
  s.Create("a");
  s.Create("b");
  s.Insert(Views("a", 0, 3));
  v1::CreateSegmentRequest create;
  create.set_segment_id("seen");
  create.mutable_segment()->set_rule("views >= 1");
  v1::Segment segment;
  REQUIRE(Call(*s.stub, &Stub::CreateSegment, create, &segment).ok());
  CHECK(segment.sizes().empty());
  v1::GetSegmentRequest get;
  get.set_name("segments/seen");
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (segment.member_count() == 0 && std::chrono::steady_clock::now() < deadline) {
    REQUIRE(Call(*s.stub, &Stub::GetSegment, get, &segment).ok());
  }
  REQUIRE(segment.sizes_size() == 1);
  CHECK(segment.sizes(0).member_count() == 1);
  v1::RenderSegmentReportRequest render;
  render.set_name("segments/seen");
  v1::RenderSegmentReportResponse report;
  REQUIRE(Call(*s.stub, &Stub::RenderSegmentReport, render, &report).ok());
  CHECK(absl::StrContains(report.svg(), "of 1 of 1 members, and of 2 customers"));
  render.set_name("segments/none");
  const grpc::Status none = Call(*s.stub, &Stub::RenderSegmentReport, render, &report);
  CHECK(none.error_code() == grpc::StatusCode::NOT_FOUND);
}

TEST_CASE("a profile is explained by its events and by the fuser that serves") {
  Service s;
  s.Create("a");
  v1::BatchCreateEventsRequest request = Views("a", 0, 3);
  for (auto& event : *request.mutable_events()) event.set_category("garden");
  s.Insert(request);
  v1::ExplainProfileRequest explain;
  explain.set_name("customers/a/profile");
  v1::ProfileExplanation explanation;
  REQUIRE(Call(*s.stub, &Stub::ExplainProfile, explain, &explanation).ok());
  CHECK(explanation.name() == "customers/a/profile");
  REQUIRE(explanation.modalities_size() == 3);
  CHECK(explanation.modalities(0).state() == v1::MODALITY_STATE_USED);
  CHECK(explanation.modalities(0).influence() == 1);
  CHECK(explanation.modalities(1).state() == v1::MODALITY_STATE_NOTHING_KNOWN);
  REQUIRE(explanation.categories_size() == 1);
  CHECK(explanation.categories(0).contributions(0).event_count() == 3);
  CHECK(explanation.categories(0).events_size() == 3);
  REQUIRE(explanation.features_size() == 24);
  CHECK(explanation.features(0).influence() > 0);
  // The tiny fuser takes the first four features alone.
  CHECK(explanation.features(4).influence() == 0);
  explain.set_name("customers/none/profile");
  CHECK(Call(*s.stub, &Stub::ExplainProfile, explain, &explanation).error_code() ==
        grpc::StatusCode::NOT_FOUND);
}

TEST_CASE("similar customers are found on every replica, and never those who withdrew") {
  Service s;
  const auto other = s.folder.Start();
  const std::unique_ptr<Stub> other_stub = Connect(*other);
  REQUIRE(WaitUntilServing(*other));
  for (const char* id : {"a", "b", "c", "silent"}) s.Create(id);
  s.Insert(Views("a", 0, 3));
  s.Insert(Views("b", 0, 3));
  s.Insert(Views("c", 0, 40));
  v1::ListSimilarCustomersRequest request;
  request.set_parent("customers/a");
  v1::ListSimilarCustomersResponse response;
  const auto find = [&](Stub& stub, int count) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(40);
    do {
      const grpc::Status status = Call(stub, &Stub::ListSimilarCustomers, request, &response);
      // Just after the start the vectors are still being read.
      REQUIRE((status.ok() || status.error_code() == grpc::StatusCode::UNAVAILABLE));
      if (status.ok() && response.customers_size() == count) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    } while (std::chrono::steady_clock::now() < deadline);
    FAIL("not found in time");
  };
  for (Stub* stub : {s.stub.get(), other_stub.get()}) {
    find(*stub, 2);
    CHECK(response.customers(0).customer() == "customers/b");
    CHECK(response.customers(0).similarity() > 0.99);
    CHECK(response.compared_count() == 3);
    CHECK(response.model() == "starter-profile-fuser/1");
  }
  v1::UpdateConsentRequest withdraw;
  withdraw.mutable_consent()->set_name("customers/b/consents/profiling");
  withdraw.mutable_consent()->set_state(v1::CONSENT_STATE_WITHDRAWN);
  v1::Consent consent;
  REQUIRE(Call(*s.stub, &Stub::UpdateConsent, withdraw, &consent).ok());
  REQUIRE(Call(*other_stub, &Stub::ListSimilarCustomers, request, &response).ok());
  REQUIRE(response.customers_size() == 1);
  CHECK(response.customers(0).customer() == "customers/c");
  request.set_parent("customers/b");
  const grpc::Status withheld = Call(*s.stub, &Stub::ListSimilarCustomers, request, &response);
  CHECK(withheld.error_code() == grpc::StatusCode::FAILED_PRECONDITION);
  CHECK(ReasonOf(withheld) == "CONSENT_WITHHELD");
  request.set_parent("customers/silent");
  CHECK(ReasonOf(Call(*s.stub, &Stub::ListSimilarCustomers, request, &response)) ==
        "NOTHING_KNOWN");
}

TEST_CASE("a stream sends what this and another replica store, within a second") {
  Service s;
  const std::unique_ptr<Server> replica = s.folder.Start();
  const std::unique_ptr<Stub> other = Connect(*replica);
  REQUIRE(WaitUntilServing(*replica));
  grpc::ClientContext context;
  auto stream = s.stub->StreamChanges(&context, v1::StreamChangesRequest());
  std::string cursor;
  // The next message with changes; keep-alives come between.
  const auto next = [&] {
    v1::StreamChangesResponse response;
    while (stream->Read(&response)) {
      cursor = response.cursor();
      if (response.changes_size() > 0) return response;
    }
    FAIL("the stream ended");
    return response;
  };
  // What is written while the snapshot is read may come twice, so it is let pass first.
  v1::StreamChangesResponse snapshot;
  REQUIRE(stream->Read(&snapshot));
  s.Create("a");
  CHECK(next().changes(0).has_customer_created());

  v1::Customer made;
  REQUIRE(Call(*other, &Stub::CreateCustomer, CreateRequest("b"), &made).ok());
  const auto stored = std::chrono::steady_clock::now();
  CHECK(next().changes(0).customer() == "customers/b");
  CHECK(std::chrono::steady_clock::now() - stored < std::chrono::seconds(1));

  v1::BatchCreateEventsRequest events = Views("b", 0, 1);
  events.mutable_events(0)->set_text("secret");
  s.Insert(events);
  CHECK(next().changes(0).event().text().empty());
  const std::string after_event = cursor;
  v1::DeleteCustomerRequest erase;
  erase.set_name("customers/a");
  google::protobuf::Empty empty;
  REQUIRE(Call(*other, &Stub::DeleteCustomer, erase, &empty).ok());
  CHECK(next().changes(0).has_customer_deleted());
  context.TryCancel();
  v1::StreamChangesResponse rest;
  while (stream->Read(&rest)) {
  }
  CHECK(stream->Finish().error_code() == grpc::StatusCode::CANCELLED);

  grpc::ClientContext resumed_context;
  v1::StreamChangesRequest resume;
  resume.set_cursor(after_event);
  auto resumed = s.stub->StreamChanges(&resumed_context, resume);
  REQUIRE(resumed->Read(&rest));
  REQUIRE(rest.changes_size() == 1);
  CHECK(rest.changes(0).customer() == "customers/a");
  resumed_context.TryCancel();
}

TEST_CASE("2,000 idle streams of events leave the feed and its followers their places") {
  Service s;
  struct Idle {
    grpc::ClientContext context;
    v1::BatchCreateEventsResponse response;
    std::unique_ptr<grpc::ClientWriter<v1::BatchCreateEventsRequest>> writer;
  };
  std::vector<std::unique_ptr<Stub>> callers;
  std::vector<std::unique_ptr<Idle>> idle;
  for (int i = 0; i < 2000; ++i) {
    if (i % 200 == 0) {
      callers.push_back(v1::ProfileService::NewStub(rpc::MakeChannel(
          {.target = absl::StrCat("127.0.0.1:", s.server->port()), .wait_for_ready = true})));
    }
    idle.push_back(std::make_unique<Idle>());
    idle.back()->writer =
        callers.back()->IngestEvents(&idle.back()->context, &idle.back()->response);
  }
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  auto follower = s.stub->StreamChanges(&context, v1::StreamChangesRequest());
  v1::StreamChangesResponse changes;
  REQUIRE(follower->Read(&changes));

  v1::Customer customer;
  REQUIRE(Call(*s.stub, &Stub::CreateCustomer, CreateRequest("a"), &customer).ok());
  while (changes.changes().empty()) REQUIRE(follower->Read(&changes));
  CHECK(changes.changes(0).customer() == "customers/a");
  // One that was idle goes on, beside the others.
  REQUIRE(idle.front()->writer->Write(Views("a", 0, 3)));
  idle.front()->writer->WritesDone();
  CHECK(idle.front()->writer->Finish().ok());
  CHECK(idle.front()->response.created_count() == 3);
  context.TryCancel();
}

TEST_CASE("keep-alives come while nothing happens, and a drain ends the stream") {
  Service s;
  grpc::ClientContext context;
  auto stream = s.stub->StreamChanges(&context, v1::StreamChangesRequest());
  v1::StreamChangesResponse response;
  REQUIRE(stream->Read(&response));
  CHECK(response.changes_size() == 0);
  CHECK_FALSE(response.cursor().empty());
  std::thread stopper([&] { s.server.reset(); });
  while (stream->Read(&response)) {
  }
  const grpc::Status ended = stream->Finish();
  stopper.join();
  CHECK(ended.error_code() == grpc::StatusCode::UNAVAILABLE);
}

TEST_CASE("without models the profile is unavailable, and serving begins when they come") {
  TestDatabase database = TestDatabase::Create();
  ServiceFolder folder(database.conninfo());
  folder.Migrate();
  const std::unique_ptr<Server> server = folder.Start();
  const std::unique_ptr<Stub> stub = Connect(*server);
  v1::Customer made;
  REQUIRE(Call(*stub, &Stub::CreateCustomer, CreateRequest("42"), &made).ok());
  v1::GetProfileRequest get;
  get.set_name("customers/42/profile");
  v1::Profile profile;
  const grpc::Status away = Call(*stub, &Stub::GetProfile, get, &profile);
  CHECK(away.error_code() == grpc::StatusCode::UNAVAILABLE);
  CHECK(ReasonOf(away) == "MODEL_UNAVAILABLE");
  CHECK(GetRetryDelay(rpc::FromGrpcStatus(away)).has_value());
  CHECK_FALSE(server->serving());
  folder.WriteModels();
  CHECK(WaitUntilServing(*server));
  CHECK(Call(*stub, &Stub::GetProfile, get, &profile).ok());
}

TEST_CASE("the service starts without PostgreSQL and heals when it comes and comes back") {
  TestCluster cluster = TestCluster::Start();
  ServiceFolder folder(cluster.conninfo());
  folder.WriteModels();
  folder.Migrate();
  cluster.Stop();
  const std::unique_ptr<Server> server = folder.Start();
  const std::unique_ptr<Stub> stub = Connect(*server);
  v1::Customer made;
  const grpc::Status away = Call(*stub, &Stub::CreateCustomer, CreateRequest("42"), &made);
  CHECK(away.error_code() == grpc::StatusCode::UNAVAILABLE);
  CHECK(ReasonOf(away) == "DATABASE_UNAVAILABLE");
  CHECK_FALSE(server->serving());
  cluster.Restart();
  REQUIRE(WaitUntilServing(*server));
  CHECK(Call(*stub, &Stub::CreateCustomer, CreateRequest("42"), &made).ok());

  cluster.Stop();
  CHECK(Call(*stub, &Stub::CreateCustomer, CreateRequest("43"), &made).error_code() ==
        grpc::StatusCode::UNAVAILABLE);
  cluster.Restart();
  REQUIRE(WaitUntilServing(*server));
  v1::GetCustomerRequest get;
  get.set_name("customers/42");
  CHECK(Call(*stub, &Stub::GetCustomer, get, &made).ok());
}

TEST_CASE("options that cannot work stop the start") {
  ServiceFolder folder("host=nowhere");
  ServerOptions options = folder.options;
  options.database.data_key_file = "/nonexistent";
  CHECK_FALSE(Server::Create(options).ok());
  options = folder.options;
  options.models.public_key_file = "";
  CHECK_FALSE(Server::Create(options).ok());
  options = folder.options;
  options.host.worker_threads = 0;
  CHECK_FALSE(Server::Create(options).ok());
  options = folder.options;
  options.affinity_half_life = absl::ZeroDuration();
  CHECK(absl::IsInvalidArgument(Server::Create(options).status()));
  options = folder.options;
  options.derive_interval = absl::ZeroDuration();
  CHECK(absl::IsInvalidArgument(Server::Create(options).status()));
  options = folder.options;
  options.change_poll_interval = absl::ZeroDuration();
  CHECK(absl::IsInvalidArgument(Server::Create(options).status()));
  options = folder.options;
  options.models.cores = 2;
  options.models.compute_threads = 3;
  CHECK(absl::IsInvalidArgument(Server::Create(options).status()));
  options.models.compute_threads = 1;
  options.text_encoder_share.instances = 3;
  CHECK(absl::IsInvalidArgument(Server::Create(options).status()));
}

}  // namespace
}  // namespace clientele::profile::testing

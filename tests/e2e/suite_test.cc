// The four binaries as a user meets them: the sample company, the tour, and a part that
// goes away and comes back. What faults do under load is in faults/.

#include "tests/support/suite.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <grpcpp/grpcpp.h>

#include "clientele/gateway/v1/gateway_service.grpc.pb.h"
#include "clientele/profile/v1/profile_service.grpc.pb.h"
#include "clientele/qa/v1/qa_service.grpc.pb.h"
#include "clientele/recommend/v1/recommend_service.grpc.pb.h"

#include "tests/support/eventually.h"
#include "tests/support/test_database.h"

namespace clientele::testing {
namespace {

namespace fs = std::filesystem;

void SetDeadline(grpc::ClientContext& context, int seconds = 20) {
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(seconds));
}

grpc::Status CreateCustomer(const std::shared_ptr<grpc::Channel>& channel, const std::string& id) {
  const auto stub = profile::v1::ProfileService::NewStub(channel);
  grpc::ClientContext context;
  SetDeadline(context);
  profile::v1::CreateCustomerRequest request;
  request.set_customer_id(id);
  request.mutable_customer()->set_display_name("Ada");
  profile::v1::Customer customer;
  return stub->CreateCustomer(&context, request, &customer);
}

profile::v1::Event PurchaseOf(const std::string& customer, const std::string& event_id) {
  profile::v1::Event event;
  event.set_customer("customers/" + customer);
  event.set_event_id(event_id);
  event.set_type(profile::v1::EVENT_TYPE_PURCHASE);
  event.mutable_event_time()->set_seconds(1'780'000'000);
  event.set_item("items/i1");
  event.set_quantity(1);
  event.set_amount_micros(6'950'000);
  event.set_currency_code("GBP");
  return event;
}

std::int64_t PurchaseCount(const std::shared_ptr<grpc::Channel>& channel,
                           const std::string& customer) {
  const auto stub = profile::v1::ProfileService::NewStub(channel);
  grpc::ClientContext context;
  SetDeadline(context);
  profile::v1::GetProfileRequest request;
  request.set_name("customers/" + customer + "/profile");
  profile::v1::Profile profile;
  const grpc::Status status = stub->GetProfile(&context, request, &profile);
  INFO(status.error_message());
  REQUIRE(status.ok());
  std::int64_t count = 0;
  for (const auto& total : profile.monetary_totals()) count += total.purchase_count();
  return count;
}

TEST_CASE("the sample company is imported, learned and toured, and importing again is free") {
  const TestDatabase database = Suite::Database();
  Suite suite(database.conninfo());
  const std::string sample = Suite::SampleFolder();
  for (const char* kind : {"customers", "items", "articles", "events"}) {
    const CommandResult result =
        suite.Clientele({"import", kind, sample + "/" + kind + ".csv", "--json"});
    INFO(result.output);
    REQUIRE(result.exit_code == 0);
    CHECK(result.output.find("\"rejected\":0") != std::string::npos);
  }
  for (const char* kind : {"customers", "items", "articles", "events"}) {
    const CommandResult result =
        suite.Clientele({"import", kind, sample + "/" + kind + ".csv", "--json"});
    INFO(result.output);
    REQUIRE(result.exit_code == 0);
    CHECK(result.output.find("\"created\":0") != std::string::npos);
  }
  const CommandResult train = suite.Clientele({"train"});
  INFO(train.output);
  REQUIRE(train.exit_code == 0);
  const CommandResult tour = suite.Clientele({"tour"});
  INFO(tour.output);
  CHECK(tour.exit_code == 0);
}

TEST_CASE("a killed backend costs its section alone, and the gateway finds it again by itself") {
  const TestDatabase database = Suite::Database();
  Suite suite(database.conninfo());
  REQUIRE(CreateCustomer(suite.gateway(), "c1").ok());

  const auto stub = gateway::v1::GatewayService::NewStub(suite.gateway());
  gateway::v1::GetCustomer360Request request;
  request.set_customer("customers/c1");
  request.set_question("How do I return an order?");
  const auto get = [&](gateway::v1::GetCustomer360Response* response) {
    grpc::ClientContext context;
    SetDeadline(context);
    return stub->GetCustomer360(&context, request, response);
  };

  gateway::v1::GetCustomer360Response whole;
  REQUIRE(get(&whole).ok());
  CHECK(whole.answer().status().code() == 0);
  CHECK(whole.profile().status().code() == 0);

  suite.Kill("qa-service");
  gateway::v1::GetCustomer360Response partial;
  REQUIRE(get(&partial).ok());
  CHECK(partial.answer().status().code() == grpc::StatusCode::UNAVAILABLE);
  CHECK(partial.profile().status().code() == 0);
  CHECK(partial.recommendations().status().code() == 0);

  suite.Start("qa-service");
  CHECK(Eventually(std::chrono::seconds(10), [&] {
    gateway::v1::GetCustomer360Response healed;
    return get(&healed).ok() && healed.answer().status().code() == 0;
  }));
}

TEST_CASE("a stream cut in the middle leaves whole batches, and sending it again completes them") {
  const TestDatabase database = Suite::Database();
  Suite suite(database.conninfo());
  REQUIRE(CreateCustomer(suite.gateway(), "c1").ok());
  const auto stub = profile::v1::ProfileService::NewStub(suite.gateway());
  {
    grpc::ClientContext context;
    profile::v1::BatchCreateEventsResponse response;
    const auto writer = stub->IngestEvents(&context, &response);
    profile::v1::BatchCreateEventsRequest batch;
    for (int i = 0; i < 10; ++i) *batch.add_events() = PurchaseOf("c1", "e" + std::to_string(i));
    REQUIRE(writer->Write(batch));
    context.TryCancel();
    CHECK(writer->Finish().error_code() == grpc::StatusCode::CANCELLED);
  }
  const std::int64_t after_cut = PurchaseCount(suite.gateway(), "c1");
  CHECK((after_cut == 0 || after_cut == 10));
  grpc::ClientContext context;
  profile::v1::BatchCreateEventsResponse response;
  const auto writer = stub->IngestEvents(&context, &response);
  for (int start : {0, 10}) {
    profile::v1::BatchCreateEventsRequest batch;
    for (int i = start; i < start + 10; ++i) {
      *batch.add_events() = PurchaseOf("c1", "e" + std::to_string(i));
    }
    REQUIRE(writer->Write(batch));
  }
  writer->WritesDone();
  REQUIRE(writer->Finish().ok());
  CHECK(response.created_count() + response.duplicate_count() == 20);
  CHECK(PurchaseCount(suite.gateway(), "c1") == 20);
}

TEST_CASE("a tampered bundle never serves, and a service says which one it refused") {
  const TestDatabase database = Suite::Database();
  Suite suite(database.conninfo());
  REQUIRE(suite.Terminate("qa-service") == 0);
  const fs::path bundle = fs::path(suite.model_dir()) / "clientele-encoder" / "1";
  // A version 2 whose model differs from what was signed.
  const fs::path tampered = bundle.parent_path() / "2";
  fs::copy(bundle, tampered, fs::copy_options::recursive);
  std::ofstream(tampered / "model.pt", std::ios::app | std::ios::binary) << "x";
  suite.Start("qa-service");
  const auto stub = qa::v1::QaService::NewStub(suite.gateway());
  CHECK(Eventually(std::chrono::seconds(10), [&] {
    grpc::ClientContext context;
    qa::v1::AskRequest request;
    request.set_question("How do I return an order?");
    qa::v1::AskResponse response;
    return stub->Ask(&context, request, &response).ok() && response.models_size() > 0 &&
           response.models(0) == "clientele-encoder/1";
  }));
  CHECK(suite.log("qa-service").find("\"event\":\"model_rejected\"") != std::string::npos);
}

TEST_CASE("every service ends with exit code 0 on SIGTERM") {
  const TestDatabase database = Suite::Database();
  Suite suite(database.conninfo());
  for (const char* service :
       {"gateway-service", "recommend-service", "qa-service", "profile-service"}) {
    INFO(service << "\n" << suite.log(service));
    CHECK(suite.Terminate(service) == 0);
  }
}

}  // namespace
}  // namespace clientele::testing

// The gateway's server over fake backends in the same process.

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <grpcpp/grpcpp.h>

#include "clientele/gateway/v1/gateway_service.grpc.pb.h"
#include "clientele/model/v1/model_service.grpc.pb.h"
#include "clientele/profile/v1/profile_service.grpc.pb.h"
#include "clientele/qa/v1/qa_service.grpc.pb.h"
#include "clientele/recommend/v1/recommend_service.grpc.pb.h"
#include "google/longrunning/operations.grpc.pb.h"

#include "common/rpc/credentials.h"
#include "common/rpc/status_bridge.h"
#include "common/status/error_details.h"
#include "services/gateway-service/server.h"
#include "tests/support/temporary_folder.h"

namespace clientele::gateway {
namespace {

std::string Header(const grpc::ServerContext& context, const char* name) {
  const auto found = context.client_metadata().find(name);
  return found == context.client_metadata().end()
             ? ""
             : std::string(found->second.data(), found->second.size());
}

class FakeProfiles final : public profile::v1::ProfileService::Service {
 public:
  grpc::Status GetCustomer(grpc::ServerContext* context,
                           const profile::v1::GetCustomerRequest* request,
                           profile::v1::Customer* response) override {
    {
      std::lock_guard lock(mutex);
      request_id = Header(*context, "x-request-id");
      on_behalf_of = Header(*context, "x-on-behalf-of");
      on_behalf_of_role = Header(*context, "x-on-behalf-of-role");
      authorization = Header(*context, "authorization");
      traceparent = Header(*context, "traceparent");
      has_deadline = context->deadline() < std::chrono::system_clock::now() + std::chrono::hours(1);
    }
    if (request->name() == "customers/unknown") return rpc::ToGrpcStatus(NotFound(request->name()));
    response->set_name(request->name());
    return grpc::Status::OK;
  }
  grpc::Status GetProfile(grpc::ServerContext*, const profile::v1::GetProfileRequest* request,
                          profile::v1::Profile* response) override {
    response->set_name(request->name());
    return grpc::Status::OK;
  }
  grpc::Status GetCustomerOverview(grpc::ServerContext*,
                                   const profile::v1::GetCustomerOverviewRequest* request,
                                   profile::v1::CustomerOverview* response) override {
    ++overviews;
    if (request->name() == "customers/unknown") return rpc::ToGrpcStatus(NotFound(request->name()));
    response->mutable_customer()->set_name(request->name());
    for (int i = 0; i < request->max_events(); ++i) response->add_events();
    if (request->name() == "customers/unfused") {
      response->mutable_profile_status()->set_code(grpc::StatusCode::UNAVAILABLE);
    } else {
      response->mutable_profile()->set_name(request->name() + "/profile");
    }
    return grpc::Status::OK;
  }
  grpc::Status IngestEvents(grpc::ServerContext*,
                            grpc::ServerReader<profile::v1::BatchCreateEventsRequest>* reader,
                            profile::v1::BatchCreateEventsResponse* response) override {
    profile::v1::BatchCreateEventsRequest message;
    while (reader->Read(&message)) {
      response->set_created_count(response->created_count() + message.events_size());
      ++messages_read;
      messages_read.notify_all();
    }
    ++streams_ended;
    streams_ended.notify_all();
    return grpc::Status::OK;
  }

  std::atomic<int> overviews = 0;
  std::atomic<int> messages_read = 0;
  std::atomic<int> streams_ended = 0;
  std::mutex mutex;
  std::string request_id, on_behalf_of, on_behalf_of_role, authorization;
  std::string traceparent;
  bool has_deadline = false;
};

class FakeAnswers final : public qa::v1::QaService::Service {
  grpc::Status StreamAsk(grpc::ServerContext*, const qa::v1::AskRequest* request,
                         grpc::ServerWriter<qa::v1::StreamAskResponse>* writer) override {
    qa::v1::StreamAskResponse part;
    part.mutable_citations();
    writer->Write(part);
    part.set_text(request->question());
    writer->Write(part);
    part.mutable_final()->set_answer(request->question());
    writer->Write(part);
    return grpc::Status::OK;
  }
};

class FakeModels final : public model::v1::ModelService::Service {
  grpc::Status ListModels(grpc::ServerContext*, const model::v1::ListModelsRequest* request,
                          model::v1::ListModelsResponse* response) override {
    response->add_model_versions()->set_name(request->parent());
    return grpc::Status::OK;
  }
};

class FakeOperations final : public google::longrunning::Operations::Service {
  grpc::Status WaitOperation(grpc::ServerContext*,
                             const google::longrunning::WaitOperationRequest* request,
                             google::longrunning::Operation* response) override {
    response->set_name(request->name());
    return grpc::Status::OK;
  }
  grpc::Status ListOperations(grpc::ServerContext*,
                              const google::longrunning::ListOperationsRequest* request,
                              google::longrunning::ListOperationsResponse* response) override {
    response->add_operations()->set_name(request->name());
    return grpc::Status::OK;
  }
};

// A gateway whose profile and qa backends are fakes and whose recommend backend is not there, or
// has operations alone.
class Suite {
 public:
  explicit Suite(ServerOptions options = {}, bool with_operations = false) {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", rpc::MakeServerCredentials(), &port);
    builder.RegisterService(&profiles);
    builder.RegisterService(&answers);
    builder.RegisterService(&operations);
    builder.RegisterService(&models);
    backends_ = builder.BuildAndStart();
    const std::string target = "127.0.0.1:" + std::to_string(port);

    options.host.port = 0;
    options.host.metrics_port = -1;
    options.backend_wait = absl::Milliseconds(200);
    options.profile_service_address = target;
    options.qa_service_address = target;
    options.recommend_service_address = with_operations ? target : "127.0.0.1:1";
    auto server = Server::Create(options);
    REQUIRE(server.ok());
    server_ = *std::move(server);
    channel = grpc::CreateChannel("127.0.0.1:" + std::to_string(server_->port()),
                                  rpc::MakeChannelCredentials());
  }
  ~Suite() {
    server_.reset();
    backends_->Shutdown();
  }

  FakeProfiles profiles;
  FakeAnswers answers;
  FakeOperations operations;
  FakeModels models;
  std::shared_ptr<grpc::Channel> channel;

 private:
  std::unique_ptr<grpc::Server> backends_;
  std::unique_ptr<Server> server_;
};

TEST_CASE("customer 360 returns what is there and an error for each section that is away") {
  Suite suite;
  const auto stub = v1::GatewayService::NewStub(suite.channel);
  grpc::ClientContext context;
  v1::GetCustomer360Request request;
  request.set_customer("customers/42");
  v1::GetCustomer360Response response;
  REQUIRE(stub->GetCustomer360(&context, request, &response).ok());
  CHECK(response.customer().status().code() == 0);
  CHECK(response.customer().customer().name() == "customers/42");
  CHECK(response.profile().profile().name() == "customers/42/profile");
  CHECK(response.recommendations().status().code() == grpc::StatusCode::UNAVAILABLE);
  CHECK(!response.recommendations().has_response());
  CHECK(response.recommendations().status().message().find("127.0.0.1") == std::string::npos);
  CHECK(!response.has_answer());
  CHECK(!response.has_events());
  // What is profile-service's comes in one call, of one moment.
  CHECK(suite.profiles.overviews == 1);
}

TEST_CASE("customer 360 has the customer and the events where the profile cannot be made") {
  Suite suite;
  const auto stub = v1::GatewayService::NewStub(suite.channel);
  grpc::ClientContext context;
  v1::GetCustomer360Request request;
  request.set_customer("customers/unfused");
  request.set_max_events(3);
  v1::GetCustomer360Response response;
  REQUIRE(stub->GetCustomer360(&context, request, &response).ok());
  CHECK(response.customer().customer().name() == "customers/unfused");
  CHECK(response.profile().status().code() == grpc::StatusCode::UNAVAILABLE);
  CHECK(!response.profile().has_profile());
  CHECK(response.events().events_size() == 3);
  CHECK(response.events().status().code() == 0);
}

TEST_CASE("customer 360 of an unknown customer is NOT_FOUND") {
  Suite suite;
  const auto stub = v1::GatewayService::NewStub(suite.channel);
  grpc::ClientContext context;
  v1::GetCustomer360Request request;
  request.set_customer("customers/unknown");
  v1::GetCustomer360Response response;
  CHECK(stub->GetCustomer360(&context, request, &response).error_code() ==
        grpc::StatusCode::NOT_FOUND);
}

TEST_CASE("customer 360 refuses a malformed request before any backend is asked") {
  Suite suite;
  const auto stub = v1::GatewayService::NewStub(suite.channel);
  v1::GetCustomer360Response response;
  for (const auto& [customer, events] :
       {std::pair<std::string, int>{"42", 0}, {"customers/", 0}, {"customers/42", -1}}) {
    grpc::ClientContext context;
    v1::GetCustomer360Request request;
    request.set_customer(customer);
    request.set_max_events(events);
    CHECK(stub->GetCustomer360(&context, request, &response).error_code() ==
          grpc::StatusCode::INVALID_ARGUMENT);
  }
}

TEST_CASE("deadline, request id and trace reach the backend") {
  Suite suite;
  const auto stub = profile::v1::ProfileService::NewStub(suite.channel);
  grpc::ClientContext context;
  context.AddMetadata("x-request-id", "r-123");
  context.AddMetadata("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  profile::v1::GetCustomerRequest request;
  request.set_name("customers/42");
  profile::v1::Customer customer;
  REQUIRE(stub->GetCustomer(&context, request, &customer).ok());
  std::lock_guard lock(suite.profiles.mutex);
  CHECK(suite.profiles.request_id == "r-123");
  CHECK(suite.profiles.traceparent.substr(0, 36) == "00-0af7651916cd43dd8448eb211c80319c-");
  CHECK(suite.profiles.traceparent.find("b7ad6b7169203331") == std::string::npos);
  CHECK(suite.profiles.has_deadline);
}

// SHA-256 of "sesame", by Python's hashlib.
constexpr char kViewerToken[] =
    "crm:viewer:d0c04f4b1951e4aeaaec8223ed2039e542f3aae805a6fa7f6d794e5afff5d272\n";

TEST_CASE("the backend is told for whom the gateway calls, and never what the caller claims") {
  const clientele::testing::TemporaryFolder folder;
  ServerOptions options;
  options.host.auth_tokens_file = folder.Write("tokens", kViewerToken);
  options.backend_token_file = folder.Write("backend-token", "gateway-secret");
  Suite suite(options);
  const auto stub = profile::v1::ProfileService::NewStub(suite.channel);
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer sesame");
  context.AddMetadata("x-on-behalf-of", "boss");
  context.AddMetadata("x-on-behalf-of-role", "admin");
  profile::v1::GetCustomerRequest request;
  request.set_name("customers/42");
  profile::v1::Customer customer;
  REQUIRE(stub->GetCustomer(&context, request, &customer).ok());
  std::lock_guard lock(suite.profiles.mutex);
  CHECK(suite.profiles.on_behalf_of == "crm");
  CHECK(suite.profiles.on_behalf_of_role == "viewer");
  CHECK(suite.profiles.authorization == "Bearer gateway-secret");
}

TEST_CASE("the gateway refuses what its caller's role may not call") {
  const clientele::testing::TemporaryFolder folder;
  ServerOptions options;
  options.host.auth_tokens_file = folder.Write("tokens", kViewerToken);
  Suite suite(options);
  const auto stub = profile::v1::ProfileService::NewStub(suite.channel);
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer sesame");
  profile::v1::DeleteCustomerRequest request;
  request.set_name("customers/42");
  google::protobuf::Empty response;
  const grpc::Status refused = stub->DeleteCustomer(&context, request, &response);
  CHECK(refused.error_code() == grpc::StatusCode::PERMISSION_DENIED);
  CHECK(GetReason(rpc::FromGrpcStatus(refused)) == reason::kPermissionDenied);
}

TEST_CASE("an anonymous caller is named to the backend as the admin that it is taken for") {
  Suite suite;
  const auto stub = profile::v1::ProfileService::NewStub(suite.channel);
  grpc::ClientContext context;
  profile::v1::GetCustomerRequest request;
  request.set_name("customers/42");
  profile::v1::Customer customer;
  REQUIRE(stub->GetCustomer(&context, request, &customer).ok());
  std::lock_guard lock(suite.profiles.mutex);
  CHECK(suite.profiles.on_behalf_of == "anonymous");
  CHECK(suite.profiles.on_behalf_of_role == "admin");
  CHECK(suite.profiles.authorization.empty());
}

TEST_CASE("a backend's error reaches the caller with its details") {
  Suite suite;
  const auto stub = profile::v1::ProfileService::NewStub(suite.channel);
  grpc::ClientContext context;
  profile::v1::GetCustomerRequest request;
  request.set_name("customers/unknown");
  profile::v1::Customer customer;
  const grpc::Status status = stub->GetCustomer(&context, request, &customer);
  CHECK(status.error_code() == grpc::StatusCode::NOT_FOUND);
  CHECK(GetReason(rpc::FromGrpcStatus(status)) == reason::kNotFound);
}

TEST_CASE("an operation's call goes to the service in its name, and to no other") {
  Suite suite({}, /*with_operations=*/true);
  const auto stub = google::longrunning::Operations::NewStub(suite.channel);
  const auto wait = [&](const std::string& name) {
    grpc::ClientContext context;
    google::longrunning::WaitOperationRequest request;
    request.set_name(name);
    google::longrunning::Operation operation;
    const grpc::Status status = stub->WaitOperation(&context, request, &operation);
    CHECK(operation.name() == (status.ok() ? name : ""));
    return status.error_code();
  };
  CHECK(wait("services/recommend/operations/1") == grpc::StatusCode::OK);
  CHECK(wait("services/qa/operations/1") == grpc::StatusCode::NOT_FOUND);
  CHECK(wait("operations/1") == grpc::StatusCode::INVALID_ARGUMENT);

  google::longrunning::ListOperationsRequest request;
  google::longrunning::ListOperationsResponse response;
  {
    grpc::ClientContext context;
    CHECK(stub->ListOperations(&context, request, &response).error_code() ==
          grpc::StatusCode::INVALID_ARGUMENT);
  }
  request.set_name("services/recommend");
  grpc::ClientContext context;
  REQUIRE(stub->ListOperations(&context, request, &response).ok());
  CHECK(response.operations(0).name() == "services/recommend");
}

TEST_CASE("models are listed by the service in the parent, and by no other") {
  Suite suite;
  const auto stub = model::v1::ModelService::NewStub(suite.channel);
  const auto list = [&](const std::string& parent) {
    grpc::ClientContext context;
    model::v1::ListModelsRequest request;
    request.set_parent(parent);
    model::v1::ListModelsResponse response;
    const grpc::Status status = stub->ListModels(&context, request, &response);
    if (status.ok()) CHECK(response.model_versions(0).name() == parent);
    return status.error_code();
  };
  CHECK(list("services/profile") == grpc::StatusCode::OK);
  CHECK(list("services/qa") == grpc::StatusCode::OK);
  CHECK(list("services/recommend") == grpc::StatusCode::UNAVAILABLE);
  CHECK(list("services/gateway") == grpc::StatusCode::INVALID_ARGUMENT);
  CHECK(list("") == grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_CASE("a message that is no valid request is refused behind the gateway") {
  Suite suite;
  const auto stub = profile::v1::ProfileService::NewStub(suite.channel);
  grpc::ClientContext context;
  profile::v1::GetCustomerRequest request;
  request.set_name("\xff\xfe");
  profile::v1::Customer customer;
  CHECK_FALSE(stub->GetCustomer(&context, request, &customer).ok());
}

TEST_CASE("a caller who leaves a stream ends it behind the gateway, whoever waits for whom") {
  Suite suite;
  const auto stub = profile::v1::ProfileService::NewStub(suite.channel);
  {
    grpc::ClientContext context;
    profile::v1::BatchCreateEventsResponse response;
    const auto writer = stub->IngestEvents(&context, &response);
    REQUIRE(writer->Write(profile::v1::BatchCreateEventsRequest()));
    suite.profiles.messages_read.wait(0);
    context.TryCancel();
    CHECK(writer->Finish().error_code() == grpc::StatusCode::CANCELLED);
  }
  suite.profiles.streams_ended.wait(0);
  CHECK(suite.profiles.streams_ended == 1);
}

TEST_CASE("a backend that stays away is UNAVAILABLE after a short wait, and then at once") {
  Suite suite;
  const auto stub = recommend::v1::RecommendService::NewStub(suite.channel);
  for (const auto longest : {std::chrono::seconds(10), std::chrono::seconds(2)}) {
    grpc::ClientContext context;
    recommend::v1::DeleteItemRequest request;
    google::protobuf::Empty response;
    const auto start = std::chrono::steady_clock::now();
    const grpc::Status away = stub->DeleteItem(&context, request, &response);
    CHECK(away.error_code() == grpc::StatusCode::UNAVAILABLE);
    CHECK(GetReason(rpc::FromGrpcStatus(away)) == reason::kBackendUnavailable);
    CHECK(GetRetryDelay(rpc::FromGrpcStatus(away)).has_value());
    CHECK(std::chrono::steady_clock::now() - start < longest);
  }
}

TEST_CASE("streams are forwarded in both directions") {
  Suite suite;
  {
    const auto stub = profile::v1::ProfileService::NewStub(suite.channel);
    grpc::ClientContext context;
    profile::v1::BatchCreateEventsResponse response;
    const auto writer = stub->IngestEvents(&context, &response);
    for (int i = 0; i < 3; ++i) {
      profile::v1::BatchCreateEventsRequest message;
      message.add_events();
      message.add_events();
      REQUIRE(writer->Write(message));
    }
    writer->WritesDone();
    REQUIRE(writer->Finish().ok());
    CHECK(response.created_count() == 6);
  }
  {
    const auto stub = qa::v1::QaService::NewStub(suite.channel);
    grpc::ClientContext context;
    qa::v1::AskRequest request;
    request.set_question("how?");
    const auto reader = stub->StreamAsk(&context, request);
    std::vector<qa::v1::StreamAskResponse> parts;
    qa::v1::StreamAskResponse part;
    while (reader->Read(&part)) parts.push_back(part);
    REQUIRE(reader->Finish().ok());
    REQUIRE(parts.size() == 3);
    CHECK(parts[0].has_citations());
    CHECK(parts[1].text() == "how?");
    CHECK(parts[2].final().answer() == "how?");
  }
}

}  // namespace
}  // namespace clientele::gateway

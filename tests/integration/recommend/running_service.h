#ifndef CLIENTELE_TESTS_INTEGRATION_RECOMMEND_RUNNING_SERVICE_H_
#define CLIENTELE_TESTS_INTEGRATION_RECOMMEND_RUNNING_SERVICE_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <catch2/catch_test_macros.hpp>
#include <grpcpp/grpcpp.h>

#include "clientele/model/v1/model_service.grpc.pb.h"
#include "clientele/recommend/v1/recommend_service.grpc.pb.h"
#include "google/longrunning/operations.grpc.pb.h"

#include "common/crypto/signing.h"
#include "common/rpc/credentials.h"
#include "common/rpc/status_bridge.h"
#include "services/recommend-service/server.h"
#include "services/recommend-service/store/migrations.h"
#include "tests/support/eventually.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_database.h"
#include "tests/unit/changefeed/fake_profile_service.h"

namespace clientele::recommend {

// The whole service on a database of its own, beside a profile-service in memory.
struct RunningService {
  explicit RunningService(bool migrated = true)
      : database(migrated ? testing::TestDatabase::Migrated<MigrateSchema>()
                          : testing::TestDatabase::Create()) {
    REQUIRE(crypto::GenerateSigningKeyFiles(folder.path() / "key", folder.path() / "key.pub").ok());
  }
  void Migrate() {
    const absl::Status status = MigrateSchema(*database.Pool());
    INFO(status);
    REQUIRE(status.ok());
  }
  ServerOptions Options() {
    ServerOptions options;
    options.host.service_name = "recommend-service";
    options.host.metrics_port = -1;
    options.database.url_file = folder.Write("url", database.conninfo()).string();
    options.database.connections = 6;
    options.models.model_dir = (folder.path() / "models").string();
    options.models.public_key_file = (folder.path() / "key.pub").string();
    options.signing_key_file = (folder.path() / "key").string();
    options.models.refresh_interval = absl::Milliseconds(100);
    options.catalog_refresh_interval = absl::Milliseconds(100);
    options.profile_feed.address = profiles.target();
    options.models.compute_threads = 1;
    return options;
  }
  std::unique_ptr<Server> Start() { return Start(Options()); }
  std::unique_ptr<Server> Start(const ServerOptions& options) {
    auto server = Server::Create(options);
    INFO(server.status());
    REQUIRE(server.ok());
    return *std::move(server);
  }
  std::unique_ptr<Server> StartServing() {
    auto server = Start();
    REQUIRE(testing::Eventually(std::chrono::seconds(20), [&] { return server->serving(); }));
    return server;
  }

  testing::TestDatabase database;
  testing::TemporaryFolder folder;
  testing::FakeProfileService profiles;
};

struct Client {
  explicit Client(const Server& server)
      : channel(grpc::CreateChannel(server.target(), rpc::MakeChannelCredentials())),
        stub(v1::RecommendService::NewStub(channel)),
        operations(google::longrunning::Operations::NewStub(channel)) {}

  template <class Request, class Response>
  absl::Status Call(grpc::Status (v1::RecommendService::Stub::*method)(grpc::ClientContext*,
                                                                       const Request&, Response*),
                    const Request& request, Response* response) {
    grpc::ClientContext context;
    return rpc::FromGrpcStatus((stub.get()->*method)(&context, request, response));
  }

  absl::Status CreateItem(const std::string& id, const std::string& category = "kitchen",
                          const std::string& request_id = "") {
    v1::CreateItemRequest request;
    request.set_item_id(id);
    request.set_request_id(request_id);
    request.mutable_item()->set_title("Title of " + id);
    request.mutable_item()->set_category(category);
    v1::Item item;
    return Call(&v1::RecommendService::Stub::CreateItem, request, &item);
  }
  v1::RecommendResponse Recommend(const std::string& customer, int max_results = 100) {
    v1::RecommendRequest request;
    request.set_customer("customers/" + customer);
    request.set_max_results(max_results);
    v1::RecommendResponse response;
    const absl::Status status = Call(&v1::RecommendService::Stub::Recommend, request, &response);
    INFO(status);
    REQUIRE(status.ok());
    return response;
  }
  std::int64_t Purchases(const std::string& item) {
    v1::GetItemStatisticsRequest request;
    request.set_name("items/" + item + "/statistics");
    v1::ItemStatistics statistics;
    const absl::Status status =
        Call(&v1::RecommendService::Stub::GetItemStatistics, request, &statistics);
    return status.ok() ? statistics.purchase_count() : -1;
  }
  google::longrunning::Operation GetOperation(const std::string& name) {
    grpc::ClientContext context;
    google::longrunning::GetOperationRequest request;
    request.set_name(name);
    google::longrunning::Operation operation;
    const grpc::Status status = operations->GetOperation(&context, request, &operation);
    INFO(status.error_message());
    REQUIRE(status.ok());
    return operation;
  }
  google::longrunning::Operation Train(const std::string& request_id, int epochs = 5) {
    v1::TrainModelRequest request;
    request.mutable_factorization()->set_factors(4);
    request.mutable_factorization()->set_epochs(epochs);
    request.set_seed(3);
    request.set_request_id(request_id);
    google::longrunning::Operation operation;
    const absl::Status status = Call(&v1::RecommendService::Stub::TrainModel, request, &operation);
    INFO(status);
    REQUIRE(status.ok());
    return operation;
  }

  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<v1::RecommendService::Stub> stub;
  std::unique_ptr<google::longrunning::Operations::Stub> operations;
};

// The state of "name/version", and its reason.
inline model::v1::ModelVersion VersionOf(Client& client, const std::string& model) {
  const auto stub = model::v1::ModelService::NewStub(client.channel);
  grpc::ClientContext context;
  model::v1::ListModelsRequest request;
  request.set_parent("services/recommend");
  model::v1::ListModelsResponse response;
  REQUIRE(stub->ListModels(&context, request, &response).ok());
  for (const model::v1::ModelVersion& version : response.model_versions()) {
    if (version.model() + "/" + version.version() == model) return version;
  }
  return {};
}

}  // namespace clientele::recommend

#endif  // CLIENTELE_TESTS_INTEGRATION_RECOMMEND_RUNNING_SERVICE_H_

#include "tests/integration/qa/server_fixture.h"

#include <catch2/catch_test_macros.hpp>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include "common/crypto/cipher.h"
#include "common/crypto/signing.h"
#include "common/rpc/credentials.h"
#include "services/qa-service/maintenance.h"
#include "tests/integration/qa/tiny_encoder.h"
#include "tests/integration/qa/tiny_intents.h"
#include "tests/support/eventually.h"

namespace clientele::qa::testing {

ServiceFolder::ServiceFolder(const std::string& conninfo) {
  const auto& path = folder_.path();
  REQUIRE(crypto::GenerateSigningKeyFiles(path / "sign", path / "sign.pub").ok());
  REQUIRE(crypto::GenerateKeyFile(path / "data.key").ok());
  options.host.service_name = "qa-service";
  options.host.metrics_port = -1;
  options.database.url_file = folder_.Write("database_url", conninfo).string();
  options.models.model_dir = (path / "models").string();
  options.models.public_key_file = (path / "sign.pub").string();
  options.database.data_key_file = (path / "data.key").string();
  options.models.refresh_interval = absl::Milliseconds(200);
  options.index_refresh_interval = absl::Milliseconds(100);
  options.profile_feed.address.clear();
}

void ServiceFolder::WriteModel(int version, bool blind) {
  const auto key = crypto::SigningKey::FromFile(folder_.path() / "sign");
  REQUIRE(key.ok());
  const absl::Status written = WriteTextEncoder(options.models.model_dir, version, *key, blind);
  INFO(written.ToString());
  REQUIRE(written.ok());
}

void ServiceFolder::WriteIntents(const std::map<std::string, std::string>& label_by_word) {
  const auto key = crypto::SigningKey::FromFile(folder_.path() / "sign");
  REQUIRE(key.ok());
  const absl::Status written = testing::WriteIntents(options.models.model_dir, label_by_word, *key);
  INFO(written.ToString());
  REQUIRE(written.ok());
}

void ServiceFolder::Migrate() {
  const absl::Status migrated = MigrateSchema(options);
  INFO(migrated.ToString());
  REQUIRE(migrated.ok());
}

std::unique_ptr<Server> ServiceFolder::Start() {
  auto server = Server::Create(options);
  INFO(server.status().ToString());
  REQUIRE(server.ok());
  return *std::move(server);
}

std::unique_ptr<Stub> Connect(const Server& server) {
  return v1::QaService::NewStub(
      grpc::CreateChannel(server.target(), rpc::MakeChannelCredentials()));
}

bool WaitUntilServing(const Server& server) {
  return clientele::testing::Eventually(std::chrono::seconds(20), [&] { return server.serving(); });
}

v1::CreateArticleRequest CreateRequest(const std::string& id, const std::string& title,
                                       const std::string& body) {
  v1::CreateArticleRequest request;
  request.set_article_id(id);
  request.mutable_article()->set_title(title);
  request.mutable_article()->set_body(body);
  request.mutable_article()->set_uri("https://example.com/" + id);
  return request;
}

}  // namespace clientele::qa::testing

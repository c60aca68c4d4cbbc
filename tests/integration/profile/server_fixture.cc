#include "tests/integration/profile/server_fixture.h"

#include <catch2/catch_test_macros.hpp>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include "absl/strings/str_cat.h"

#include "common/crypto/cipher.h"
#include "common/crypto/signing.h"
#include "common/rpc/credentials.h"
#include "services/profile-service/maintenance.h"
#include "tests/integration/profile/tiny_bundles.h"
#include "tests/support/eventually.h"
#include "tests/support/paths.h"

namespace clientele::profile::testing {

ServiceFolder::ServiceFolder(const std::string& conninfo) {
  const auto& path = folder_.path();
  REQUIRE(crypto::GenerateSigningKeyFiles(path / "sign", path / "sign.pub").ok());
  REQUIRE(crypto::GenerateKeyFile(path / "data.key").ok());
  options.host.service_name = "profile-service";
  options.host.metrics_port = -1;
  options.database.url_file = folder_.Write("database_url", conninfo).string();
  options.models.model_dir = (path / "models").string();
  options.models.public_key_file = (path / "sign.pub").string();
  options.database.data_key_file = (path / "data.key").string();
  options.models.refresh_interval = absl::Milliseconds(200);
  options.change_keep_alive = absl::Milliseconds(500);
  options.derive_interval = absl::Milliseconds(20);
  options.host.write_threads = 16;
}

void ServiceFolder::WriteModels() {
  const auto key = crypto::SigningKey::FromFile(folder_.path() / "sign");
  REQUIRE(key.ok());
  const absl::Status text = WriteTextEncoder(options.models.model_dir, *key);
  const absl::Status fuser = WriteProfileFuser(options.models.model_dir, *key);
  INFO(text.ToString() << fuser.ToString());
  REQUIRE(text.ok());
  REQUIRE(fuser.ok());
}

void ServiceFolder::WritePictureModels() {
  const auto key = crypto::SigningKey::FromFile(folder_.path() / "sign");
  REQUIRE(key.ok());
  const absl::Status encoder = WriteImageEncoder(options.models.model_dir, *key);
  const absl::Status detector = WriteObjectDetector(options.models.model_dir, *key);
  INFO(encoder.ToString() << detector.ToString());
  REQUIRE(encoder.ok());
  REQUIRE(detector.ok());
  options.pictures.image_encoder = "tiny-image-encoder";
  options.pictures.object_detector = "tiny-detector";
  options.pictures.decoder = clientele::testing::BinDir() + "/picture-decoder";
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
  return v1::ProfileService::NewStub(
      grpc::CreateChannel(server.target(), rpc::MakeChannelCredentials()));
}

bool WaitUntilServing(const Server& server) {
  return clientele::testing::Eventually(std::chrono::seconds(20), [&] { return server.serving(); });
}

v1::Profile WaitForProfile(Stub& stub, const std::string& customer) {
  v1::GetProfileRequest get;
  get.set_name(absl::StrCat("customers/", customer, "/profile"));
  v1::Profile profile;
  grpc::Status status;
  const bool complete = clientele::testing::Eventually(std::chrono::seconds(20), [&] {
    status = Call(stub, &Stub::GetProfile, get, &profile);
    return !status.ok() || profile.pending_text_count() == 0;
  });
  INFO(status.error_message());
  REQUIRE(status.ok());
  CHECK(complete);
  return profile;
}

v1::CreateCustomerRequest CreateRequest(const std::string& id) {
  v1::CreateCustomerRequest request;
  request.set_customer_id(id);
  request.mutable_customer()->set_display_name("Ada");
  request.mutable_customer()->set_email("ada@example.com");
  return request;
}

v1::Event ViewEvent(const std::string& customer, const std::string& event_id) {
  v1::Event event;
  event.set_customer("customers/" + customer);
  event.set_event_id(event_id);
  event.set_type(v1::EVENT_TYPE_VIEW);
  event.mutable_event_time()->set_seconds(1'700'000'000);
  return event;
}

v1::BatchCreateEventsRequest Views(const std::string& customer, int first, int count) {
  v1::BatchCreateEventsRequest request;
  for (int i = first; i < first + count; ++i) {
    *request.add_events() = ViewEvent(customer, absl::StrCat(i));
  }
  return request;
}

}  // namespace clientele::profile::testing

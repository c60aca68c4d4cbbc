#ifndef CLIENTELE_TESTS_INTEGRATION_PROFILE_PICTURE_SERVICE_H_
#define CLIENTELE_TESTS_INTEGRATION_PROFILE_PICTURE_SERVICE_H_

// A profile-service that looks at pictures and videos of customer 42, who consented to that.

#include <chrono>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>

#include "absl/strings/str_cat.h"

#include "common/rpc/credentials.h"
#include "common/rpc/status_bridge.h"
#include "services/profile-service/store/migrations.h"
#include "tests/integration/profile/server_fixture.h"
#include "tests/support/eventually.h"
#include "tests/support/paths.h"
#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_database.h"

namespace clientele::profile::testing {

inline constexpr std::chrono::seconds kLooking(20);

inline std::string FileBytes(const std::string& name) {
  std::ifstream in(clientele::testing::SourceDir() + "/tests/data/pictures/" + name,
                   std::ios::binary);
  REQUIRE(in);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct PictureService {
  explicit PictureService(bool with_models = true) : folder(database.conninfo()) {
    folder.WriteModels();
    if (with_models) folder.WritePictureModels();
    Start();
    v1::Customer customer;
    REQUIRE(Call(*stub, &Stub::CreateCustomer, CreateRequest("42"), &customer).ok());
    Decide(v1::CONSENT_STATE_GRANTED);
  }

  void Start() {
    server = folder.Start();
    stub = Connect(*server);
    REQUIRE(WaitUntilServing(*server));
  }

  void Decide(v1::ConsentState state) {
    v1::UpdateConsentRequest request;
    request.mutable_consent()->set_name("customers/42/consents/image-analysis");
    request.mutable_consent()->set_state(state);
    v1::Consent consent;
    REQUIRE(Call(*stub, &Stub::UpdateConsent, request, &consent).ok());
  }

  // In chunks, after the metadata.
  absl::Status Upload(const std::string& id, const std::string& bytes, v1::Media* media,
                      std::size_t chunk = 1000) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    const auto stream = stub->UploadMedia(&context, media);
    v1::UploadMediaRequest request;
    request.mutable_media()->set_name("customers/42/media/" + id);
    bool open = stream->Write(request);
    request.clear_media();
    for (std::size_t at = 0; open && at < bytes.size(); at += chunk) {
      request.set_chunk(bytes.substr(at, chunk));
      open = stream->Write(request);
    }
    stream->WritesDone();
    return rpc::FromGrpcStatus(stream->Finish());
  }

  v1::Media AwaitSeen(const std::string& id) {
    v1::GetMediaRequest request;
    request.set_name("customers/42/media/" + id);
    v1::Media media;
    CHECK(clientele::testing::Eventually(kLooking, [&] {
      return Call(*stub, &Stub::GetMedia, request, &media).ok() &&
             media.state() != v1::MEDIA_STATE_PENDING;
    }));
    return media;
  }

  v1::Profile Profile() {
    v1::GetProfileRequest request;
    request.set_name("customers/42/profile");
    v1::Profile profile;
    REQUIRE(Call(*stub, &Stub::GetProfile, request, &profile).ok());
    return profile;
  }

  int Count() {
    v1::ListMediaRequest request;
    request.set_parent("customers/42");
    v1::ListMediaResponse response;
    REQUIRE(Call(*stub, &Stub::ListMedia, request, &response).ok());
    return response.media_size();
  }

  const clientele::testing::TestDatabase database =
      clientele::testing::TestDatabase::Migrated<MigrateSchema>();
  ServiceFolder folder;
  std::unique_ptr<Server> server;
  std::unique_ptr<Stub> stub;
};

// The real process, with the flags and the folder of a service under test.
struct ServiceProcess {
  explicit ServiceProcess(const ServiceFolder& folder)
      : port(clientele::testing::FreePort()),
        process({clientele::testing::BinDir() + "/profile-service", "--port", absl::StrCat(port),
                 "--metrics_port", absl::StrCat(clientele::testing::FreePort()), "--image_encoder",
                 "tiny-image-encoder", "--object_detector", "tiny-detector"},
                {{"CLIENTELE_DATABASE_URL_FILE", folder.options.database.url_file},
                 {"CLIENTELE_DATA_KEY_FILE", folder.options.database.data_key_file},
                 {"CLIENTELE_MODEL_DIR", folder.options.models.model_dir},
                 {"CLIENTELE_MODEL_PUBLIC_KEY_FILE", folder.options.models.public_key_file}},
                output.path() / "log") {}

  std::unique_ptr<Stub> Connect() const {
    return v1::ProfileService::NewStub(
        grpc::CreateChannel(absl::StrCat("127.0.0.1:", port), rpc::MakeChannelCredentials()));
  }

  const int port;
  clientele::testing::TemporaryFolder output;
  clientele::testing::Process process;
};

}  // namespace clientele::profile::testing

#endif  // CLIENTELE_TESTS_INTEGRATION_PROFILE_PICTURE_SERVICE_H_

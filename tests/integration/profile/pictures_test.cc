// Pictures through the whole service: PostgreSQL, models, and the program that decodes.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <signal.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/rpc/credentials.h"
#include "common/rpc/status_bridge.h"
#include "common/status/error_details.h"
#include "tests/integration/profile/server_fixture.h"
#include "tests/support/eventually.h"
#include "tests/support/paths.h"
#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_database.h"

namespace clientele::profile::testing {
namespace {

using clientele::testing::Eventually;
using clientele::testing::TestDatabase;

constexpr std::chrono::seconds kLooking(20);

std::string FileBytes(const std::string& name) {
  std::ifstream in(clientele::testing::SourceDir() + "/tests/data/pictures/" + name,
                   std::ios::binary);
  REQUIRE(in);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct PictureService {
  explicit PictureService(bool with_models = true) : folder(database.conninfo()) {
    folder.WriteModels();
    if (with_models) folder.WritePictureModels();
    folder.Migrate();
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
    CHECK(Eventually(kLooking, [&] {
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

  const TestDatabase database = TestDatabase::Create();
  ServiceFolder folder;
  std::unique_ptr<Server> server;
  std::unique_ptr<Stub> stub;
};

TEST_CASE("an uploaded picture is looked at, and what it shows is in the profile") {
  PictureService service;
  v1::Media media;
  const absl::Status uploaded = service.Upload("red", FileBytes("red.png"), &media, 100);
  INFO(uploaded.ToString());
  REQUIRE(uploaded.ok());
  CHECK(media.name() == "customers/42/media/red");
  CHECK(media.format() == v1::MEDIA_FORMAT_PNG);
  CHECK(media.width() > 0);
  const v1::Media seen = service.AwaitSeen("red");
  INFO(seen.DebugString());
  CHECK(seen.state() == v1::MEDIA_STATE_SEEN);
  REQUIRE(seen.sightings_size() == 2);
  CHECK(seen.sightings(0).model() == "tiny-image-encoder/1");
  CHECK(seen.sightings(0).objects(0).label() == "red");
  CHECK_FALSE(seen.sightings(0).objects(0).has_box());
  CHECK(seen.sightings(1).objects(0).label() == "something red");
  CHECK(seen.sightings(1).objects(0).box().right() == seen.width() / 2.0);

  const v1::Profile profile = service.Profile();
  REQUIRE(profile.interests_size() == 2);
  CHECK(profile.interests(0).picture_count() == 1);
  CHECK(profile.interests(0).media(0) == "customers/42/media/red");
  CHECK(profile.pending_picture_count() == 0);
  CHECK(std::count(profile.modalities().begin(), profile.modalities().end(), "image") == 1);

  // Blue shows nothing red, whatever else it shows.
  REQUIRE(service.Upload("blue", FileBytes("blue.png"), &media).ok());
  CHECK(service.AwaitSeen("blue").sightings(1).objects_size() == 0);
  v1::DeleteMediaRequest request;
  request.set_name("customers/42/media/red");
  google::protobuf::Empty empty;
  REQUIRE(Call(*service.stub, &Stub::DeleteMedia, request, &empty).ok());
  const v1::Profile without = service.Profile();
  for (const v1::Interest& interest : without.interests()) {
    CHECK(interest.label() != "something red");
  }
}

TEST_CASE("withdrawn consent to image analysis takes the pictures with it") {
  PictureService service;
  v1::Media media;
  REQUIRE(service.Upload("red", FileBytes("red.png"), &media).ok());
  service.Decide(v1::CONSENT_STATE_WITHDRAWN);
  CHECK(service.Count() == 0);
  CHECK(service.Profile().interests_size() == 0);
  CHECK(GetReason(service.Upload("red", FileBytes("red.png"), &media)) == "CONSENT_WITHHELD");
}

TEST_CASE("pictures of every kind get a clear answer, and the service lives on") {
  PictureService service;
  v1::Media media;
  const auto refusal = [&](const std::string& bytes) {
    const absl::Status status = service.Upload("bad", bytes, &media);
    INFO(status.ToString());
    CHECK(absl::IsInvalidArgument(status));
    return std::string(status.message());
  };
  std::string huge = FileBytes("plain.png");
  huge[18] = huge[22] = '\x4E';
  huge[19] = huge[23] = '\x20';
  CHECK(absl::StrContains(refusal(huge), "20000 x 20000"));
  CHECK(absl::StrContains(refusal("<svg xmlns=\"http://www.w3.org/2000/svg\"/>"), "SVG"));
  CHECK(absl::StrContains(refusal(FileBytes("animated.webp")), "animation"));
  const std::string whole = FileBytes("plain.jpg");
  refusal(whole.substr(0, whole.size() - 20));
  refusal("");
  refusal(std::string((std::size_t{16} << 20) + 1, 'x'));
  CHECK(service.Count() == 0);
  // The bomb is a picture of as many pixels as may be, and is looked at like the others.
  for (const char* name : {"bomb.png", "one_pixel.png", "sixteen_bit.png", "cmyk.jpg"}) {
    INFO(name);
    const absl::Status status = service.Upload(name, FileBytes(name), &media);
    INFO(status.ToString());
    CHECK(status.ok());
    CHECK(service.AwaitSeen(name).state() == v1::MEDIA_STATE_SEEN);
  }
}

TEST_CASE("bytes before the metadata, metadata twice and a stream of nothing are refused") {
  PictureService service;
  const auto send = [&](const std::vector<v1::UploadMediaRequest>& requests) {
    grpc::ClientContext context;
    v1::Media media;
    const auto stream = service.stub->UploadMedia(&context, &media);
    for (const v1::UploadMediaRequest& request : requests) stream->Write(request);
    stream->WritesDone();
    return rpc::FromGrpcStatus(stream->Finish());
  };
  v1::UploadMediaRequest chunk, metadata;
  chunk.set_chunk(FileBytes("plain.png"));
  metadata.mutable_media()->set_name("customers/42/media/p");
  CHECK(absl::IsInvalidArgument(send({})));
  CHECK(absl::IsInvalidArgument(send({chunk, metadata})));
  CHECK(absl::IsInvalidArgument(send({metadata})));
  CHECK(absl::IsInvalidArgument(send({metadata, chunk, metadata})));
  CHECK(service.Count() == 0);
  metadata.set_chunk(chunk.chunk());
  CHECK(send({metadata}).ok());
}

TEST_CASE(
    "an upload that is cut stores nothing, and one that was acknowledged outlives a restart") {
  PictureService service;
  {
    grpc::ClientContext context;
    v1::Media media;
    const auto stream = service.stub->UploadMedia(&context, &media);
    v1::UploadMediaRequest request;
    request.mutable_media()->set_name("customers/42/media/cut");
    request.set_chunk(FileBytes("plain.png"));
    REQUIRE(stream->Write(request));
    context.TryCancel();
    CHECK_FALSE(stream->Finish().ok());
  }
  CHECK(service.Count() == 0);
  // A picture waits for a model that is named and not there.
  service.server.reset();
  service.folder.options.pictures.image_encoder = "missing-encoder";
  service.Start();
  v1::Media media;
  REQUIRE(service.Upload("red", FileBytes("red.png"), &media).ok());
  CHECK(media.state() == v1::MEDIA_STATE_PENDING);
  service.server.reset();
  service.folder.options.pictures.image_encoder = "tiny-image-encoder";
  service.Start();
  CHECK(service.AwaitSeen("red").state() == v1::MEDIA_STATE_SEEN);
}

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

  const int port;
  clientele::testing::TemporaryFolder output;
  clientele::testing::Process process;
};

TEST_CASE("kill -9 in the middle of an upload loses nothing that was acknowledged") {
  PictureService service;
  service.server.reset();
  auto killed = std::make_unique<ServiceProcess>(service.folder);
  const auto connect = [&](const ServiceProcess& process) {
    service.stub = v1::ProfileService::NewStub(grpc::CreateChannel(
        absl::StrCat("127.0.0.1:", process.port), rpc::MakeChannelCredentials()));
  };
  connect(*killed);
  v1::Media media;
  REQUIRE(Eventually(std::chrono::seconds(60),
                     [&] { return service.Upload("whole", FileBytes("red.png"), &media).ok(); }));
  {
    grpc::ClientContext context;
    const auto stream = service.stub->UploadMedia(&context, &media);
    v1::UploadMediaRequest request;
    request.mutable_media()->set_name("customers/42/media/half");
    request.set_chunk(FileBytes("blue.png").substr(0, 50));
    REQUIRE(stream->Write(request));
    killed->process.Signal(SIGKILL);
    stream->WritesDone();
    CHECK_FALSE(stream->Finish().ok());
  }
  killed->process.Wait();
  service.Start();
  CHECK(service.Count() == 1);
  CHECK(service.AwaitSeen("whole").state() == v1::MEDIA_STATE_SEEN);
  REQUIRE(service.Upload("half", FileBytes("blue.png"), &media).ok());
  CHECK(service.AwaitSeen("half").state() == v1::MEDIA_STATE_SEEN);
}

TEST_CASE("objects are found in a picture without storing it") {
  PictureService service;
  v1::DetectObjectsRequest request;
  request.set_picture(FileBytes("red.png"));
  v1::DetectObjectsResponse response;
  REQUIRE(Call(*service.stub, &Stub::DetectObjects, request, &response).ok());
  CHECK(response.model() == "tiny-detector/1");
  REQUIRE(response.objects_size() == 1);
  CHECK(response.objects(0).box().right() == response.width() / 2.0);
  CHECK(response.objects(0).box().bottom() == response.height());
  request.set_picture("GIF89a");
  CHECK(Call(*service.stub, &Stub::DetectObjects, request, &response).error_code() ==
        grpc::StatusCode::INVALID_ARGUMENT);
  CHECK(service.Count() == 0);
}

TEST_CASE("a service without models of pictures says so and takes none") {
  PictureService service(/*with_models=*/false);
  v1::Media media;
  CHECK(GetReason(service.Upload("red", FileBytes("red.png"), &media)) == "NO_PICTURE_MODELS");
  v1::DetectObjectsRequest request;
  request.set_picture(FileBytes("red.png"));
  v1::DetectObjectsResponse response;
  CHECK(Call(*service.stub, &Stub::DetectObjects, request, &response).error_code() ==
        grpc::StatusCode::FAILED_PRECONDITION);
  CHECK(service.Count() == 0);
}

}  // namespace
}  // namespace clientele::profile::testing

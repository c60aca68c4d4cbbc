// Pictures through the whole service: PostgreSQL, models, and the program that decodes.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <grpcpp/client_context.h>
#include <signal.h>

#include "absl/strings/match.h"

#include "common/rpc/status_bridge.h"
#include "common/status/error_details.h"
#include "tests/integration/profile/picture_service.h"
#include "tests/support/eventually.h"

namespace clientele::profile::testing {
namespace {

using clientele::testing::Eventually;
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

TEST_CASE("kill -9 in the middle of an upload loses nothing that was acknowledged") {
  PictureService service;
  service.server.reset();
  auto killed = std::make_unique<ServiceProcess>(service.folder);
  service.stub = killed->Connect();
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

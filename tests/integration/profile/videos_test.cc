// Short videos through the whole service: PostgreSQL, models, and the program that decodes.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <signal.h>

#include "absl/strings/match.h"

#include "common/postgres/connection_pool.h"
#include "common/postgres/statement.h"
#include "common/rpc/time_conversion.h"
#include "common/status/error_details.h"
#include "tests/integration/profile/picture_service.h"
#include "tests/support/eventually.h"
#include "tests/support/tiny_video.h"
#include "tests/support/video_bytes.h"

namespace clientele::profile::testing {
namespace {

using clientele::testing::Color;
using clientele::testing::EncodeVideo;
using clientele::testing::Eventually;
using clientele::testing::kBlue;
using clientele::testing::kRed;

const v1::Interest* InterestIn(const v1::Profile& profile, const std::string& label) {
  for (const v1::Interest& interest : profile.interests()) {
    if (interest.label() == label) return &interest;
  }
  return nullptr;
}

// What a process that is gone had begun is taken by others when its lease ends: now.
void EndLeases(const clientele::testing::TestDatabase& database) {
  static constexpr postgres::Statement kEndLeases{
      "test.end_leases", "UPDATE profile.pending_media SET lease_expire_time = '-infinity'"};
  const auto pool = database.Pool();
  const absl::Status ended = pool->Transact({}, [](postgres::Transaction& transaction) {
    return transaction.Execute(kEndLeases).status();
  });
  REQUIRE(ended.ok());
}

TEST_CASE("an uploaded video is looked at frame by frame, and counts once in the profile") {
  PictureService service;
  v1::Media media;
  const absl::Status uploaded =
      service.Upload("walk", EncodeVideo({.colors = {kBlue, kRed, kBlue, kRed, kRed}}), &media);
  INFO(uploaded.ToString());
  REQUIRE(uploaded.ok());
  CHECK(media.format() == v1::MEDIA_FORMAT_MP4);
  CHECK(media.content_type() == "video/mp4");
  CHECK(media.width() == 64);
  CHECK(media.height() == 48);
  CHECK(media.frame_count() == 5);
  CHECK(rpc::ToDuration(media.duration(), "duration").value() == absl::Seconds(5));
  const v1::Media seen = service.AwaitSeen("walk");
  INFO(seen.DebugString());
  CHECK(seen.state() == v1::MEDIA_STATE_SEEN);
  REQUIRE(seen.sightings_size() == 2);
  // The encoder's classes by their mean: three of five frames are red.
  REQUIRE(seen.sightings(0).objects_size() == 2);
  const v1::DetectedObject& red = seen.sightings(0).objects(0);
  CHECK(red.label() == "red");
  CHECK(std::abs(red.score() - 0.6) < 0.02);
  CHECK(red.frame_count() == 3);
  CHECK_FALSE(red.has_offset());
  REQUIRE(seen.sightings(1).objects_size() == 1);
  const v1::DetectedObject& object = seen.sightings(1).objects(0);
  CHECK(object.label() == "something red");
  CHECK(object.box().right() == 32);
  CHECK(object.frame_count() == 3);
  const std::int64_t second = object.offset().seconds();
  CHECK((second == 1 || second == 3 || second == 4));

  REQUIRE(service.Upload("red", FileBytes("red.png"), &media).ok());
  CHECK(media.frame_count() == 1);
  CHECK_FALSE(media.has_duration());
  CHECK(service.AwaitSeen("red").sightings(1).objects(0).frame_count() == 0);
  const v1::Profile profile = service.Profile();
  const v1::Interest* const interest = InterestIn(profile, "something red");
  REQUIRE(interest != nullptr);
  CHECK(interest->picture_count() == 2);
  CHECK(std::count(interest->media().begin(), interest->media().end(), "customers/42/media/walk") ==
        1);
  CHECK(std::count(profile.modalities().begin(), profile.modalities().end(), "image") == 1);
}

TEST_CASE("a video goes as a picture does: deleted, and with consent") {
  PictureService service;
  v1::Media media;
  const std::string webm =
      EncodeVideo({.container = "webm", .encoder = "libvpx", .colors = {kRed, kRed}});
  REQUIRE(service.Upload("one", webm, &media).ok());
  CHECK(media.format() == v1::MEDIA_FORMAT_WEBM);
  REQUIRE(service.Upload("two", webm, &media).ok());
  // The same bytes under the same id are the same video.
  REQUIRE(service.Upload("one", webm, &media).ok());
  CHECK(service.Count() == 2);
  service.AwaitSeen("one");
  service.AwaitSeen("two");
  v1::DeleteMediaRequest request;
  request.set_name("customers/42/media/one");
  google::protobuf::Empty empty;
  REQUIRE(Call(*service.stub, &Stub::DeleteMedia, request, &empty).ok());
  CHECK(InterestIn(service.Profile(), "something red")->picture_count() == 1);
  service.Decide(v1::CONSENT_STATE_WITHDRAWN);
  CHECK(service.Count() == 0);
  CHECK(service.Profile().interests_size() == 0);
  CHECK(GetReason(service.Upload("two", webm, &media)) == "CONSENT_WITHHELD");
}

TEST_CASE("videos of every kind get a clear answer, and the service lives on") {
  PictureService service;
  v1::Media media;
  const auto refusal = [&](const std::string& bytes) {
    const absl::Status status = service.Upload("bad", bytes, &media);
    INFO(status.ToString());
    CHECK(absl::IsInvalidArgument(status));
    CHECK(GetFieldViolations(status).size() == 1);
    return std::string(status.message());
  };
  const std::string mp4 = clientele::testing::Mp4OfH264();
  CHECK(absl::StrContains(refusal(clientele::testing::ClaimingSeconds(mp4, 36'000)), "10h"));
  CHECK(absl::StrContains(refusal(clientele::testing::ClaimingSize(mp4, 20'000, 20'000)),
                          "20000 x 20000"));
  CHECK(absl::StrContains(refusal(mp4.substr(0, mp4.size() / 2)), "cut off"));
  CHECK(absl::StrContains(refusal(EncodeVideo({.encoder = "aac"})), "only audio"));
  CHECK(absl::StrContains(refusal(EncodeVideo({.container = "mov", .encoder = "jpeg2000"})),
                          "jpeg2000"));
  CHECK(absl::StrContains(refusal(EncodeVideo({.container = "matroska", .encoder = "libx264"})),
                          "Matroska"));
  CHECK(absl::StrContains(refusal(EncodeVideo({.container = "avi"})), "neither"));
  CHECK(service.Count() == 0);
  v1::DetectObjectsRequest request;
  request.set_picture(mp4);
  v1::DetectObjectsResponse response;
  const grpc::Status detected = Call(*service.stub, &Stub::DetectObjects, request, &response);
  CHECK(detected.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  CHECK(absl::StrContains(detected.error_message(), "video"));
  REQUIRE(service.Upload("good", mp4, &media).ok());
  CHECK(service.AwaitSeen("good").state() == v1::MEDIA_STATE_SEEN);
}

TEST_CASE("a video that was acknowledged is looked at in full after kill -9") {
  PictureService service;
  service.server.reset();
  auto killed = std::make_unique<ServiceProcess>(service.folder);
  service.stub = killed->Connect();
  v1::Media media;
  const std::string minute = EncodeVideo(
      {.colors = std::vector<Color>(70, kRed), .frame_interval = absl::Milliseconds(500)});
  REQUIRE(Eventually(std::chrono::seconds(60),
                     [&] { return service.Upload("minute", minute, &media).ok(); }));
  CHECK(media.frame_count() == 60);
  killed->process.Signal(SIGKILL);
  killed->process.Wait();
  EndLeases(service.database);
  service.Start();
  const v1::Media seen = service.AwaitSeen("minute");
  CHECK(seen.state() == v1::MEDIA_STATE_SEEN);
  REQUIRE(seen.sightings_size() == 2);
  CHECK(seen.sightings(0).objects(0).frame_count() == 60);
  CHECK(seen.sightings(1).objects(0).frame_count() == 60);
}

}  // namespace
}  // namespace clientele::profile::testing

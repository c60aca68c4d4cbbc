#include "services/profile-service/core/media/picture_worker.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/contract/profile/memory_stores.h"
#include "tests/contract/profile/samples.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/profile/fake_picture_models.h"

namespace clientele::profile::testing {
namespace {

struct PictureWorkerFixture {
  clientele::testing::FakeClock clock;
  MemoryStores stores{&clock};
  FakePictureDecoder decoder;
  FakePictureModel encoder{"encoder/1", SightingKind::kClasses, "dress"};
  FakePictureModel detector{"detector/1", SightingKind::kObjects, "dog"};
  PictureWorker worker{&stores, &decoder, {&encoder, &detector}, &clock, {.batch = 2}};
  RequestContext context;

  PictureWorkerFixture() {
    REQUIRE(stores.Create(context, Mutation(), MakeCustomer("42")).ok());
    const ConsentDecision decision{.customer_id = "42",
                                   .purpose = consent::Purpose::kImageAnalysis,
                                   .granted = true,
                                   .decision_time = kNow,
                                   .store_time = kNow};
    REQUIRE(stores.Record(context, Mutation(), {decision}, {}).ok());
  }
  void UploadVideo(const std::string& id, const std::string& bytes, bool keep = false) {
    const Media media{.customer_id = "42",
                      .media_id = id,
                      .format = MediaFormat::kMp4,
                      .capture_time = kNow,
                      .upload_time = kNow,
                      .keep = keep};
    REQUIRE(stores.InsertMedia(context, media, bytes, {}).ok());
  }
  void Upload(const std::string& id, bool keep = false) {
    const Media media{.customer_id = "42",
                      .media_id = id,
                      .capture_time = kNow,
                      .upload_time = kNow,
                      .keep = keep};
    REQUIRE(stores.InsertMedia(context, media, "PNG " + id, {}).ok());
  }
  Media Get(const std::string& id) {
    const auto media = stores.GetMedia(context, "42", id);
    REQUIRE(media.ok());
    return *media;
  }
};

TEST_CASE("every model looks at every picture that waits, and then none waits") {
  PictureWorkerFixture f;
  for (const char* id : {"a", "b", "c"}) f.Upload(id);
  REQUIRE(f.worker.Run(f.context).ok());
  for (const char* id : {"a", "b", "c"}) {
    CHECK(f.Get(id).state == MediaState::kSeen);
    CHECK(f.Get(id).sightings.size() == 2);
  }
  CHECK(f.worker.counts().seen == 3);
  CHECK_FALSE(*f.worker.RunOnce(f.context));
  CHECK(f.encoder.calls == 3);
}

TEST_CASE("what one model saw is stored while another does not serve, and is not asked for again") {
  PictureWorkerFixture f;
  f.detector.id = "";
  f.detector.failure = absl::UnavailableError("no detector serves");
  f.Upload("a");
  REQUIRE(f.worker.Run(f.context).ok());
  CHECK(f.Get("a").state == MediaState::kPending);
  CHECK(f.Get("a").sightings.size() == 1);
  f.detector.id = "detector/1";
  f.detector.failure = absl::OkStatus();
  f.clock.Advance(absl::Seconds(6));
  REQUIRE(f.worker.Run(f.context).ok());
  CHECK(f.Get("a").state == MediaState::kSeen);
  CHECK(f.encoder.calls == 1);
}

TEST_CASE("without any model nothing is taken, and pictures wait") {
  PictureWorkerFixture f;
  f.Upload("a");
  f.encoder.id = f.detector.id = "";
  CHECK_FALSE(*f.worker.RunOnce(f.context));
  CHECK(f.decoder.calls == 0);
}

TEST_CASE("a picture that a model fails on is tried again, and given up with its reason") {
  PictureWorkerFixture f;
  f.detector.failure = absl::InternalError("the model failed");
  f.Upload("a");
  for (int attempt = 1; attempt < 5; ++attempt) {
    REQUIRE(f.worker.Run(f.context).ok());
    CHECK(f.Get("a").state == MediaState::kPending);
    f.clock.Advance(absl::Minutes(2));
  }
  REQUIRE(f.worker.Run(f.context).ok());
  CHECK(f.Get("a").state == MediaState::kFailed);
  CHECK(f.Get("a").failure == "the model failed");
  CHECK(f.Get("a").sightings.size() == 1);
  CHECK(f.worker.counts().failed == 1);
  CHECK(f.detector.calls == 5);
}

TEST_CASE("kept pictures are looked at again by a new version of a model, each once") {
  PictureWorkerFixture f;
  f.Upload("kept", true);
  f.Upload("gone");
  REQUIRE(f.worker.Run(f.context).ok());
  f.detector.id = "detector/2";
  REQUIRE(f.worker.Run(f.context).ok());
  CHECK(f.Get("kept").state == MediaState::kSeen);
  CHECK(f.Get("kept").sightings.at(1).model_id == "detector/2");
  CHECK(f.Get("gone").sightings.at(1).model_id == "detector/1");
  CHECK(f.detector.calls == 3);
  REQUIRE(f.worker.Run(f.context).ok());
  CHECK(f.detector.calls == 3);
}

TEST_CASE("of the classes of a picture the likeliest few are told") {
  PictureWorkerFixture f;
  f.encoder.sees = [](const Pixels&) {
    std::vector<SeenObject> classes;
    for (int i = 0; i < 4; ++i) {
      classes.push_back({.label = std::to_string(i), .score = 0.3 - 0.09 * i, .box = std::nullopt});
    }
    return classes;
  };
  f.Upload("a");
  REQUIRE(f.worker.Run(f.context).ok());
  CHECK(f.Get("a").sightings.at(0).objects.size() == 3);
}

TEST_CASE("each model looks at every frame of a video, and what it saw is told once") {
  PictureWorkerFixture f;
  f.detector.sees = [](const Pixels& pixels) {
    const double second = pixels.rgb.at(0);
    std::vector<SeenObject> objects;
    if (second == 3 || second == 17) {
      objects.push_back(
          {.label = "dog", .score = 0.5 + second / 100, .box = Box{second, 0, second + 1, 1}});
    }
    return objects;
  };
  f.UploadVideo("v", "MP4 20");
  REQUIRE(f.worker.Run(f.context).ok());
  CHECK(f.encoder.calls == 20);
  CHECK(f.detector.calls == 20);
  const Media video = f.Get("v");
  CHECK(video.state == MediaState::kSeen);
  REQUIRE(video.sightings.size() == 2);
  CHECK(video.sightings[0].objects.at(0).frame_count == 20);
  CHECK_FALSE(video.sightings[0].objects.at(0).offset);
  CHECK(video.sightings[1].objects == std::vector<SeenObject>{{.label = "dog",
                                                               .score = 0.67,
                                                               .box = Box{17, 0, 18, 1},
                                                               .offset = absl::Seconds(17),
                                                               .frame_count = 2}});
  CHECK(f.worker.counts().seen == 1);
}

TEST_CASE("of a long video the first minute is looked at") {
  PictureWorkerFixture f;
  f.UploadVideo("v", "MP4 500");
  REQUIRE(f.worker.Run(f.context).ok());
  CHECK(f.detector.calls == 60);
  CHECK(f.Get("v").sightings.at(1).objects.at(0).frame_count == 60);
}

TEST_CASE("a video is left to who looks at it, and begins again where that one is gone") {
  PictureWorkerFixture f;
  f.UploadVideo("v", "MP4 20");
  f.detector.on_see = [&](const Pixels&) {
    // All parts of the video take longer than a lease.
    f.clock.Advance(absl::Seconds(12));
    CHECK(f.stores.TakePictures(RequestContext(), 1, f.clock.Now(), absl::Minutes(1))->empty());
  };
  PictureWorker brief(&f.stores, &f.decoder, {&f.detector}, &f.clock,
                      {.video_time = absl::Hours(1), .lease = absl::Minutes(2)});
  // The process ends in the middle.
  RequestContext ending;
  ending.deadline = f.clock.Now() + absl::Seconds(12 * 12);
  CHECK_FALSE(brief.Run(ending).ok());
  CHECK(f.Get("v").state == MediaState::kPending);
  CHECK(f.Get("v").sightings.empty());
  f.clock.Advance(absl::Minutes(3));
  REQUIRE(brief.Run(RequestContext()).ok());
  CHECK(f.Get("v").state == MediaState::kSeen);
  CHECK(f.Get("v").sightings.at(0).objects.at(0).frame_count == 20);
}

TEST_CASE("frames of a video go to a model some at a time") {
  PictureWorkerFixture f;
  f.UploadVideo("v", "MP4 11");
  PictureWorker worker(&f.stores, &f.decoder, {&f.encoder, &f.detector}, &f.clock,
                       {.video_part = 8, .frames_at_once = 3});
  REQUIRE(worker.Run(f.context).ok());
  // Of each part: those of the next one are not decoded yet.
  CHECK((f.encoder.batches == std::vector<std::size_t>{3, 3, 2, 3}));
  CHECK((f.detector.batches == std::vector<std::size_t>{3, 3, 2, 3}));
  CHECK(f.Get("v").sightings.at(1).objects.at(0).frame_count == 11);
}

TEST_CASE("frames that are seen together have one deadline, and all of a video one as well") {
  PictureWorkerFixture f;
  f.UploadVideo("v", "MP4 20");
  PictureWorker worker(&f.stores, &f.decoder, {&f.detector}, &f.clock,
                       {.model_time = absl::Seconds(30),
                        .video_time = absl::Seconds(50),
                        .frames_at_once = 1,
                        .most_attempts = 1});
  std::vector<absl::Duration> left;
  f.detector.on_see = [&](const Pixels&) {
    left.push_back(f.detector.deadline - f.clock.Now());
    f.clock.Advance(absl::Seconds(25));
  };
  REQUIRE(worker.Run(f.context).ok());
  CHECK(left == std::vector<absl::Duration>{absl::Seconds(30), absl::Seconds(25)});
  CHECK(f.Get("v").state == MediaState::kFailed);
  CHECK(f.Get("v").failure == "looking at the video took too long");
  CHECK(f.Get("v").sightings.empty());
}

TEST_CASE("a model that fails on a frame keeps no other from the video") {
  PictureWorkerFixture f;
  f.UploadVideo("v", "MP4 20");
  f.detector.on_see = [&](const Pixels& pixels) {
    if (pixels.rgb.at(0) == 10) f.detector.failure = absl::InternalError("the model failed");
  };
  REQUIRE(f.worker.Run(f.context).ok());
  CHECK(f.detector.calls == 11);
  CHECK(f.Get("v").state == MediaState::kPending);
  REQUIRE(f.Get("v").sightings.size() == 1);
  CHECK(f.Get("v").sightings[0].model_id == "encoder/1");
  f.detector.on_see = nullptr;
  f.detector.failure = absl::OkStatus();
  f.clock.Advance(absl::Minutes(2));
  REQUIRE(f.worker.Run(f.context).ok());
  CHECK(f.encoder.calls == 20);
  CHECK(f.Get("v").state == MediaState::kSeen);
}

TEST_CASE("a video is never seen half by one version of a model and half by another") {
  PictureWorkerFixture f;
  f.UploadVideo("v", "MP4 20");
  f.detector.on_see = [&](const Pixels& pixels) {
    if (pixels.rgb.at(0) == 10) f.detector.id = "detector/2";
  };
  REQUIRE(f.worker.Run(f.context).ok());
  CHECK(f.Get("v").state == MediaState::kPending);
  CHECK(f.Get("v").sightings.size() == 1);
  f.clock.Advance(absl::Minutes(1));
  REQUIRE(f.worker.Run(f.context).ok());
  CHECK(f.Get("v").sightings.at(1).model_id == "detector/2");
  CHECK(f.Get("v").sightings.at(1).objects.at(0).frame_count == 20);
}

}  // namespace
}  // namespace clientele::profile::testing

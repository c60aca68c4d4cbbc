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

}  // namespace
}  // namespace clientele::profile::testing

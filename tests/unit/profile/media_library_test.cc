#include "services/profile-service/core/media/media_library.h"

#include <memory>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"

#include "common/status/error_details.h"
#include "services/profile-service/core/profiles/profiles.h"
#include "tests/contract/profile/memory_stores.h"
#include "tests/contract/profile/samples.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/profile/fake_embedder.h"
#include "tests/unit/profile/fake_picture_models.h"
#include "tests/unit/profile/row_fuser.h"

namespace clientele::profile::testing {
namespace {

constexpr char kPng[] = "PNG of something";

struct LibraryFixture {
  clientele::testing::FakeClock clock;
  MemoryStores stores{&clock};
  FakePictureDecoder decoder;
  FakePictureModel detector{"detector/1", SightingKind::kObjects, "dog"};
  MediaLibrary library{
      &stores, &decoder, &detector, &clock, {.max_bytes = 100, .upload_memory = 150}};
  RequestContext context;

  LibraryFixture() {
    REQUIRE(stores.Create(context, Mutation(), MakeCustomer("42")).ok());
    Decide(true, kNow);
  }
  void Decide(bool granted, absl::Time time) {
    const ConsentDecision decision{.customer_id = "42",
                                   .purpose = consent::Purpose::kImageAnalysis,
                                   .granted = granted,
                                   .decision_time = time,
                                   .store_time = kNow};
    REQUIRE(stores.Record(context, Mutation(), {decision}, {}).ok());
  }
  static Media Metadata(const std::string& id = "p") {
    return {
        .customer_id = "42", .media_id = id, .capture_time = absl::InfiniteFuture(), .keep = true};
  }
  absl::StatusOr<Media> Upload(const Media& media, const std::string& bytes,
                               const std::string& type = "") {
    const auto upload = library.NewUpload();
    if (absl::Status begun = library.Begin(context, *upload, media, type); !begun.ok())
      return begun;
    for (const char byte : bytes) {
      if (absl::Status taken = upload->Append(std::string(1, byte)); !taken.ok()) return taken;
    }
    return library.Finish(context, *upload);
  }
};

std::string FieldOf(const absl::Status& status) {
  const auto violations = GetFieldViolations(status);
  return violations.empty() ? "" : violations.front().field;
}

TEST_CASE("an uploaded picture is what its bytes say, taken when it came where nobody says else") {
  LibraryFixture f;
  const auto media = f.Upload(LibraryFixture::Metadata(), kPng, "image/png");
  REQUIRE(media.ok());
  CHECK(media->format == MediaFormat::kPng);
  CHECK(media->byte_count == static_cast<std::int64_t>(sizeof(kPng) - 1));
  CHECK(media->width == 40);
  CHECK(media->height == 30);
  CHECK(media->capture_time == kNow);
  CHECK(media->state == MediaState::kPending);
  const auto again = f.Upload(LibraryFixture::Metadata(), kPng);
  REQUIRE(again.ok());
  CHECK(again->upload_time == media->upload_time);
  CHECK(absl::IsAlreadyExists(f.Upload(LibraryFixture::Metadata(), "PNG of else").status()));
}

TEST_CASE("an upload is refused by what is wrong with it, and stores nothing") {
  LibraryFixture f;
  Media media = LibraryFixture::Metadata();
  CHECK(FieldOf(f.Upload(media, "<svg/>", "image/png").status()) == "picture");
  CHECK(FieldOf(f.Upload(media, "").status()) == "chunk");
  CHECK(FieldOf(f.Upload(media, std::string(101, 'P')).status()) == "chunk");
  CHECK(FieldOf(f.Upload(media, kPng, "image/gif").status()) == "media.content_type");
  CHECK(FieldOf(f.Upload(media, kPng, "image/webp").status()) == "media.content_type");
  media.media_id = "no id";
  CHECK(FieldOf(f.Upload(media, kPng).status()) == "media.name");
  media = LibraryFixture::Metadata();
  media.capture_time = kNow + absl::Hours(25);
  CHECK(FieldOf(f.Upload(media, kPng).status()) == "media.capture_time");
  const auto upload = f.library.NewUpload();
  CHECK(FieldOf(upload->Append(kPng)) == "media");
  CHECK(FieldOf(f.library.Finish(f.context, *upload).status()) == "media");
  REQUIRE(f.library.Begin(f.context, *upload, LibraryFixture::Metadata(), "").ok());
  CHECK(FieldOf(f.library.Begin(f.context, *upload, LibraryFixture::Metadata(), "")) == "media");
  CHECK(f.library.List(f.context, "42", 10, "")->media.empty());
}

TEST_CASE("uploads share their memory, and give it back") {
  LibraryFixture f;
  auto first = f.library.NewUpload();
  auto second = f.library.NewUpload();
  REQUIRE(f.library.Begin(f.context, *first, LibraryFixture::Metadata("a"), "").ok());
  REQUIRE(f.library.Begin(f.context, *second, LibraryFixture::Metadata("b"), "").ok());
  REQUIRE(first->Append(std::string(100, 'P')).ok());
  CHECK(absl::IsResourceExhausted(second->Append(std::string(51, 'P'))));
  first.reset();
  CHECK(second->Append(std::string(51, 'P')).ok());
}

TEST_CASE("without consent no byte of a picture is looked at") {
  LibraryFixture f;
  f.Decide(false, kNow + absl::Seconds(1));
  const auto upload = f.library.NewUpload();
  const absl::Status begun =
      f.library.Begin(f.context, *upload, LibraryFixture::Metadata(), "image/png");
  CHECK(GetReason(begun) == kConsentWithheld);
  CHECK(f.decoder.calls == 0);
}

TEST_CASE("a service without models of pictures takes none, and says how it would") {
  LibraryFixture f;
  MediaLibrary library(&f.stores, nullptr, nullptr, &f.clock, {});
  const auto upload = library.NewUpload();
  const absl::Status begun = library.Begin(f.context, *upload, LibraryFixture::Metadata(), "");
  CHECK(GetReason(begun) == kNoPictureModels);
  CHECK(absl::StrContains(begun.message(), "--object_detector"));
  CHECK(GetReason(library.Detect(f.context, kPng).status()) == kNoPictureModels);
}

TEST_CASE("objects are found in a picture that is stored nowhere") {
  LibraryFixture f;
  const auto detected = f.library.Detect(f.context, kPng);
  REQUIRE(detected.ok());
  CHECK(detected->width == 40);
  CHECK(detected->sighting.objects.at(0).label == "dog");
  CHECK(FieldOf(f.library.Detect(f.context, "").status()) == "picture");
  CHECK(FieldOf(f.library.Detect(f.context, "nothing").status()) == "picture");
  CHECK(f.library.List(f.context, "42", 10, "")->media.empty());
}

TEST_CASE("pictures are listed in pages") {
  LibraryFixture f;
  for (const char* id : {"a", "b", "c"}) {
    REQUIRE(f.Upload(LibraryFixture::Metadata(id), std::string("PNG ") + id).ok());
  }
  const auto first = f.library.List(f.context, "42", 2, "");
  REQUIRE(first.ok());
  CHECK(first->media.size() == 2);
  const auto second = f.library.List(f.context, "42", 2, first->next_page_token);
  REQUIRE(second.ok());
  REQUIRE(second->media.size() == 1);
  CHECK(second->media[0].media_id == "a");
  CHECK(second->next_page_token.empty());
  CHECK(FieldOf(f.library.List(f.context, "42", 2, "?").status()) == "page_token");
}

TEST_CASE("an uploaded video is stored with its length and the frames that are looked at") {
  LibraryFixture f;
  const auto media = f.Upload(LibraryFixture::Metadata("v"), "MP4 90", "video/quicktime");
  INFO(media.status().ToString());
  REQUIRE(media.ok());
  CHECK(media->format == MediaFormat::kMp4);
  CHECK(media->duration == absl::Seconds(90));
  CHECK(media->frame_count == 60);
  CHECK(media->width == 40);
  const auto picture = f.Upload(LibraryFixture::Metadata("p"), kPng);
  REQUIRE(picture.ok());
  CHECK(picture->duration == absl::ZeroDuration());
  CHECK(picture->frame_count == 1);
  CHECK(f.Upload(LibraryFixture::Metadata("w"), "MP4 1", "video/mp4").ok());
  CHECK(FieldOf(f.Upload(LibraryFixture::Metadata("x"), "MP4 1", "video/webm").status()) ==
        "media.content_type");
  CHECK(FieldOf(f.Upload(LibraryFixture::Metadata("x"), "MP4 1", "image/png").status()) ==
        "media.content_type");
  CHECK(FieldOf(f.Upload(LibraryFixture::Metadata("x"), "MP4 0").status()) == "picture");
  CHECK(f.library.List(f.context, "42", 10, "")->media.size() == 3);
}

TEST_CASE("objects are not looked for in a video that is stored nowhere") {
  LibraryFixture f;
  const absl::Status detected = f.library.Detect(f.context, "MP4 5").status();
  CHECK(FieldOf(detected) == "picture");
  CHECK(absl::StrContains(detected.message(), "video"));
  CHECK(f.decoder.calls == 0);
}

// A fuser that says which parts it was given.
class RememberingFuser final : public RowFuser {
 public:
  absl::StatusOr<FusedVector> FuseRow(const RequestContext&, const KnownParts& parts) override {
    image.assign(parts.image.begin(), parts.image.end());
    return FusedVector{"fuser/1", {}, takes_images && !parts.image.empty()};
  }
  bool takes_images = true;
  std::vector<float> image;
};

TEST_CASE("a profile shows what pictures show, while their analysis is consented to") {
  LibraryFixture f;
  FakeEmbedder embedder;
  RememberingFuser fuser;
  FakePictureModel encoder("encoder/1", SightingKind::kClasses, "dress");
  Profiles profiles(&f.stores, &embedder, &fuser, &f.clock, {.latest_pictures = 10}, &encoder);
  REQUIRE(f.Upload(LibraryFixture::Metadata("a"), "PNG a").ok());
  REQUIRE(f.Upload(LibraryFixture::Metadata("b"), "PNG b").ok());
  const Sighting sighting{.model_id = "encoder/1",
                          .kind = SightingKind::kClasses,
                          .see_time = kNow,
                          .objects = {{.label = "dress", .score = 0.8, .box = std::nullopt}},
                          .vector = {3, 4}};
  REQUIRE(f.stores.PutSighting(f.context, "42", "a", sighting).ok());
  REQUIRE(f.stores.SettlePicture(f.context, "42", "a", "").ok());
  auto profile = profiles.Get(f.context, "42");
  REQUIRE(profile.ok());
  REQUIRE(profile->interests.size() == 1);
  CHECK(profile->interests[0].label == "dress");
  CHECK(profile->pending_pictures == 1);
  CHECK(profile->modalities == std::vector<std::string>{"image"});
  CHECK(profile->models == std::vector<std::string>{"encoder/1", "fuser/1"});
  REQUIRE(fuser.image.size() == 2);
  CHECK(fuser.image[0] == 0.6F);
  fuser.takes_images = false;
  profile = profiles.Get(f.context, "42");
  CHECK(profile->modalities.empty());
  CHECK(profile->interests.size() == 1);
}

}  // namespace
}  // namespace clientele::profile::testing

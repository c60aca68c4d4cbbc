// What every implementation of profile-service's pictures does.
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"
#include "tests/contract/profile/samples.h"
#include "tests/contract/profile/store_calls.h"
#include "tests/contract/profile/stores_under_test.h"

namespace clientele::profile::testing {
namespace {

constexpr absl::Duration kLease = absl::Minutes(5);

void Decide(StoresUnderTest& stores, const std::string& customer, bool granted,
            absl::Time time = kNow) {
  Decide(stores, customer, consent::Purpose::kImageAnalysis, granted, time);
}

std::unique_ptr<StoresUnderTest> StoresOf(const std::vector<std::string>& customers) {
  auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, customers);
  for (const std::string& customer : customers) Decide(*stores, customer, true);
  return stores;
}

Media Picture(std::string customer, std::string id, absl::Duration age = absl::Hours(1)) {
  return {.customer_id = std::move(customer),
          .media_id = std::move(id),
          .format = MediaFormat::kPng,
          .byte_count = 100,
          .width = 12,
          .height = 8,
          .capture_time = kNow - age,
          .upload_time = kNow};
}

absl::StatusOr<Media> Upload(StoresUnderTest& stores, const Media& media,
                             const std::string& bytes = "bytes", const MediaLimits& limits = {}) {
  return stores.media().InsertMedia(kContext, media, bytes, limits);
}

Sighting Saw(const std::string& model, SightingKind kind, const std::string& label) {
  return {
      .model_id = model,
      .kind = kind,
      .see_time = kNow,
      .objects = {{.label = label, .score = 0.75, .box = Box{1, 2, 3.5, 4}},
                  {.label = "whole", .score = 0.5, .box = std::nullopt}},
      .vector = kind == SightingKind::kClasses ? std::vector<float>{1, -2} : std::vector<float>()};
}

std::vector<std::string> Taken(StoresUnderTest& stores, absl::Time now = kNow) {
  const auto pictures = stores.media().TakePictures(kContext, 10, now, kLease);
  INFO(pictures.status().ToString());
  REQUIRE(pictures.ok());
  std::vector<std::string> ids;
  for (const PendingPicture& picture : *pictures) ids.push_back(picture.media_id);
  return ids;
}

std::vector<std::string> Listed(StoresUnderTest& stores, const std::string& customer,
                                const std::optional<MediaPosition>& after = std::nullopt,
                                int limit = 100) {
  const auto media = stores.media().ListMedia(kContext, customer, after, limit);
  REQUIRE(media.ok());
  std::vector<std::string> ids;
  for (const Media& one : *media) ids.push_back(one.media_id);
  return ids;
}

TEST_CASE("a picture is stored once, and sent again it changes nothing") {
  const auto stores = StoresOf({"a"});
  const std::string large(200'000, 'x');
  const auto stored = Upload(*stores, Picture("a", "p"), large);
  INFO(stored.status().ToString());
  REQUIRE(stored.ok());
  CHECK(stored->state == MediaState::kPending);
  REQUIRE(stores->media()
              .PutSighting(kContext, "a", "p", Saw("d/1", SightingKind::kObjects, "dog"))
              .ok());
  const auto again = Upload(*stores, Picture("a", "p", absl::Hours(7)), large);
  REQUIRE(again.ok());
  CHECK(again->capture_time == kNow - absl::Hours(1));
  REQUIRE(again->sightings.size() == 1);
  CHECK(again->sightings[0].objects == Saw("d/1", SightingKind::kObjects, "dog").objects);
  CHECK(absl::IsAlreadyExists(Upload(*stores, Picture("a", "p"), "other").status()));
  CHECK(absl::IsNotFound(Upload(*stores, Picture("nobody", "p")).status()));
  const auto pictures = stores->media().TakePictures(kContext, 10, kNow, kLease);
  REQUIRE(pictures.ok());
  REQUIRE(pictures->size() == 1);
  CHECK((*pictures)[0].bytes == large);
  CHECK((*pictures)[0].seen_by == std::vector<std::string>{"d/1"});
}

TEST_CASE("a video is stored with its length and frames, and what is seen in it with its times") {
  const auto stores = StoresOf({"a"});
  Media video = Picture("a", "v");
  video.format = MediaFormat::kWebm;
  video.duration = absl::Milliseconds(12'345);
  video.frame_count = 13;
  REQUIRE(Upload(*stores, video).ok());
  const Sighting objects{.model_id = "d/1",
                         .kind = SightingKind::kObjects,
                         .see_time = kNow,
                         .objects = {{.label = "dog",
                                      .score = 0.75,
                                      .box = Box{1, 2, 3.5, 4},
                                      .offset = absl::Milliseconds(4'033),
                                      .frame_count = 3}}};
  const Sighting classes{
      .model_id = "e/1",
      .kind = SightingKind::kClasses,
      .see_time = kNow,
      .objects = {{.label = "hat", .score = 0.5, .box = std::nullopt, .frame_count = 13}}};
  REQUIRE(stores->media().PutSighting(kContext, "a", "v", objects).ok());
  REQUIRE(stores->media().PutSighting(kContext, "a", "v", classes).ok());
  for (const auto& read : {stores->media().GetMedia(kContext, "a", "v").value(),
                           stores->media().ListMedia(kContext, "a", {}, 1)->at(0)}) {
    CHECK(read.format == MediaFormat::kWebm);
    CHECK(read.duration == absl::Milliseconds(12'345));
    CHECK(read.frame_count == 13);
    REQUIRE(read.sightings.size() == 2);
    CHECK(read.sightings[0].objects == classes.objects);
    CHECK(read.sightings[1].objects == objects.objects);
  }
}

TEST_CASE("a customer's pictures are bounded, and so is what waits") {
  const auto stores = StoresOf({"a", "b"});
  REQUIRE(Upload(*stores, Picture("a", "p"), "1", {.pictures = 1}).ok());
  const auto more = Upload(*stores, Picture("a", "q"), "2", {.pictures = 1});
  CHECK(absl::IsFailedPrecondition(more.status()));
  CHECK(GetReason(more.status()) == kTooManyPictures);
  Media kept = Picture("b", "k");
  kept.keep = true;
  CHECK(GetReason(Upload(*stores, kept, "3", {.kept_bytes = 99}).status()) == kTooManyPictures);
  CHECK(absl::IsResourceExhausted(
      Upload(*stores, Picture("b", "q"), "4", {.pending_bytes = 199}).status()));
  // What is there already is no more.
  CHECK(Upload(*stores, Picture("a", "p"), "1", {.pictures = 1, .pending_bytes = 1}).ok());
  CHECK(Upload(*stores, kept, "3", {.kept_bytes = 100, .pending_bytes = 200}).ok());
}

TEST_CASE("a picture waits until it is settled, and is leased while it is looked at") {
  const auto stores = StoresOf({"a"});
  REQUIRE(Upload(*stores, Picture("a", "p")).ok());
  CHECK(Taken(*stores) == std::vector<std::string>{"p"});
  CHECK(Taken(*stores).empty());
  CHECK(Taken(*stores, kNow + kLease) == std::vector<std::string>{"p"});
  REQUIRE(stores->media().DeferPicture(kContext, "a", "p", kNow, 2).ok());
  const auto pictures = stores->media().TakePictures(kContext, 10, kNow, kLease);
  REQUIRE(pictures->size() == 1);
  CHECK(pictures->front().attempts == 2);
  REQUIRE(stores->media().SettlePicture(kContext, "a", "p", "the model fell over").ok());
  CHECK(Taken(*stores, kNow + absl::Hours(24)).empty());
  const auto settled = stores->media().GetMedia(kContext, "a", "p");
  REQUIRE(settled.ok());
  CHECK(settled->state == MediaState::kFailed);
  CHECK(settled->failure == "the model fell over");
}

TEST_CASE("of each kind the newest model's sighting is kept, and vectors come for a profile") {
  const auto stores = StoresOf({"a"});
  REQUIRE(Upload(*stores, Picture("a", "p")).ok());
  for (const Sighting& sighting :
       {Saw("e/1", SightingKind::kClasses, "hat"), Saw("d/1", SightingKind::kObjects, "dog"),
        Saw("e/2", SightingKind::kClasses, "dress"), Saw("e/2", SightingKind::kClasses, "dress")}) {
    REQUIRE(stores->media().PutSighting(kContext, "a", "p", sighting).ok());
  }
  const auto media = stores->media().GetMedia(kContext, "a", "p");
  REQUIRE(media.ok());
  REQUIRE(media->sightings.size() == 2);
  CHECK(media->sightings[0].model_id == "e/2");
  CHECK(media->sightings[0].objects[0].label == "dress");
  CHECK(media->sightings[0].vector.empty());
  CHECK(media->sightings[1].model_id == "d/1");
  const auto read = [&](const std::string& encoder, int limit) {
    const auto behavior = stores->behavior().Read(
        kContext, "a", kNow, {}, {.pictures = {.encoder_id = encoder, .limit = limit}});
    REQUIRE(behavior.ok());
    return behavior->pictures;
  };
  CHECK(read("e/2", 0).pictures.empty());
  CHECK(read("e/2", 5).pending == 1);
  CHECK(read("e/2", 5).pictures.at(0).sightings.at(0).vector == std::vector<float>{1, -2});
  CHECK(read("e/1", 5).pictures.at(0).sightings.at(0).vector.empty());
}

TEST_CASE("kept pictures wait again for a model that has not seen them; others cannot") {
  const auto stores = StoresOf({"a"});
  Media kept = Picture("a", "kept");
  kept.keep = true;
  REQUIRE(Upload(*stores, kept, "kept").ok());
  REQUIRE(Upload(*stores, Picture("a", "gone"), "gone").ok());
  for (const char* id : {"kept", "gone"}) {
    REQUIRE(stores->media()
                .PutSighting(kContext, "a", id, Saw("d/1", SightingKind::kObjects, "dog"))
                .ok());
    REQUIRE(stores->media().SettlePicture(kContext, "a", id, "").ok());
  }
  CHECK(*stores->media().AwaitKept(kContext, {"d/1"}, 10) == 0);
  CHECK(*stores->media().AwaitKept(kContext, {"d/2"}, 10) == 1);
  CHECK(*stores->media().AwaitKept(kContext, {"d/2"}, 10) == 0);
  const auto pictures = stores->media().TakePictures(kContext, 10, kNow, kLease);
  REQUIRE(pictures->size() == 1);
  CHECK(pictures->front().media_id == "kept");
  CHECK(pictures->front().bytes == "kept");
  CHECK(stores->media().GetMedia(kContext, "a", "gone")->state == MediaState::kSeen);
}

TEST_CASE("a person's pictures are listed newest first, in pages, under all their names") {
  const auto stores = StoresOf({"a", "b"});
  REQUIRE(Upload(*stores, Picture("a", "old", absl::Hours(9))).ok());
  REQUIRE(Upload(*stores, Picture("b", "new", absl::Hours(1))).ok());
  REQUIRE(Upload(*stores, Picture("a", "same", absl::Hours(4))).ok());
  REQUIRE(Upload(*stores, Picture("b", "same", absl::Hours(4))).ok());
  CHECK(Listed(*stores, "a") == std::vector<std::string>{"same", "old"});
  const auto merged = stores->merges().MergeCustomers(
      kContext, Mutation(), {.survivor_id = "a", .customer_ids = {"b"}}, {});
  REQUIRE(merged.ok());
  CHECK(Listed(*stores, "b") == std::vector<std::string>{"new", "same", "same", "old"});
  CHECK(Listed(*stores, "a", MediaPosition{kNow - absl::Hours(4), "same", "b"}, 1) ==
        std::vector<std::string>{"same"});
  CHECK(Listed(*stores, "a", MediaPosition{kNow - absl::Hours(4), "same", "a"}) ==
        std::vector<std::string>{"old"});
  REQUIRE(stores->merges().UndoMerge(kContext, Mutation(), merged->front().id, {}).ok());
  CHECK(Listed(*stores, "a") == std::vector<std::string>{"same", "old"});
  CHECK(absl::IsNotFound(stores->media().ListMedia(kContext, "nobody", {}, 1).status()));
}

TEST_CASE("without consent to image analysis no picture comes in, and those that are there go") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b"});
  CHECK(GetReason(stores->media().CheckConsent(kContext, "a")) == kConsentWithheld);
  CHECK(GetReason(Upload(*stores, Picture("a", "p")).status()) == kConsentWithheld);
  CHECK(absl::IsNotFound(stores->media().CheckConsent(kContext, "nobody")));
  Decide(*stores, "a", true);
  Decide(*stores, "b", true);
  REQUIRE(stores->media().CheckConsent(kContext, "a").ok());
  REQUIRE(Upload(*stores, Picture("a", "p")).ok());
  REQUIRE(Upload(*stores, Picture("b", "q")).ok());
  Decide(*stores, "a", false, kNow + absl::Seconds(1));
  CHECK(Listed(*stores, "a").empty());
  CHECK(Taken(*stores) == std::vector<std::string>{"q"});
  REQUIRE(stores->media()
              .PutSighting(kContext, "a", "p", Saw("d/1", SightingKind::kObjects, "dog"))
              .ok());
  CHECK(absl::IsNotFound(stores->media().GetMedia(kContext, "a", "p").status()));
}

TEST_CASE("a merge that withholds consent hides pictures without deleting them") {
  const auto stores = StoresOf({"a", "b"});
  REQUIRE(Upload(*stores, Picture("a", "p")).ok());
  Decide(*stores, "b", false, kNow + absl::Seconds(1));
  const auto merged = stores->merges().MergeCustomers(
      kContext, Mutation(), {.survivor_id = "b", .customer_ids = {"a"}}, {});
  REQUIRE(merged.ok());
  CHECK(Taken(*stores).empty());
  CHECK(GetReason(stores->media().CheckConsent(kContext, "a")) == kConsentWithheld);
  REQUIRE(stores->merges().UndoMerge(kContext, Mutation(), merged->front().id, {}).ok());
  CHECK(Listed(*stores, "a") == std::vector<std::string>{"p"});
  CHECK(Taken(*stores, kNow + kLease) == std::vector<std::string>{"p"});
}

TEST_CASE("pictures go when they are deleted, are too old, or their customer is erased") {
  const auto stores = StoresOf({"a"});
  for (const char* id : {"one", "two", "three"}) {
    REQUIRE(Upload(*stores, Picture("a", id), id).ok());
    REQUIRE(stores->media()
                .PutSighting(kContext, "a", id, Saw("e/1", SightingKind::kClasses, "hat"))
                .ok());
  }
  const ProfileVersion before = *stores->versions().Version(kContext, "a");
  REQUIRE(stores->media().DeleteMedia(kContext, Mutation("r"), "a", "one").ok());
  REQUIRE(stores->media().DeleteMedia(kContext, Mutation("r"), "a", "one").ok());
  CHECK(absl::IsNotFound(stores->media().DeleteMedia(kContext, Mutation(), "a", "one")));
  CHECK(*stores->versions().Version(kContext, "a") != before);
  Media old = Picture("a", "old");
  old.upload_time = kNow - absl::Hours(100);
  REQUIRE(Upload(*stores, old).ok());
  CHECK(*stores->media().DropOldMedia(kContext, kNow - absl::Hours(50), 10) == 1);
  CHECK(Listed(*stores, "a").size() == 2);
  REQUIRE(stores->customers().Delete(kContext, Mutation(), "a", "").ok());
  CHECK(absl::IsNotFound(stores->media().GetMedia(kContext, "a", "two").status()));
  CHECK(Taken(*stores, kNow + absl::Hours(1)).empty());
}

}  // namespace
}  // namespace clientele::profile::testing

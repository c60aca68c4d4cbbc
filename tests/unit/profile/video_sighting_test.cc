#include "services/profile-service/core/media/video_sighting.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/contract/profile/samples.h"

namespace clientele::profile::testing {
namespace {

Sighting Frame(SightingKind kind, std::vector<SeenObject> objects, std::vector<float> vector = {}) {
  return {.model_id = "model/1",
          .kind = kind,
          .see_time = kNow,
          .objects = std::move(objects),
          .vector = std::move(vector)};
}

SeenObject Object(std::string label, double score, double left) {
  return {.label = std::move(label), .score = score, .box = Box{left, 0, left + 1, 1}};
}

SeenObject Class(std::string label, double score) {
  return {.label = std::move(label), .score = score, .box = std::nullopt};
}

TEST_CASE("an object is told once, as the best frame shows it, with the number of its frames") {
  VideoSighting seen;
  const auto kind = SightingKind::kObjects;
  REQUIRE(seen.Add(absl::Seconds(0), Frame(kind, {Object("dog", 0.6, 1), Object("dog", 0.5, 2),
                                                  Object("cat", 0.3, 3)})));
  REQUIRE(seen.Add(absl::Seconds(1), Frame(kind, {Object("dog", 0.8, 4)})));
  REQUIRE(seen.Add(absl::Seconds(2), Frame(kind, {})));
  REQUIRE(seen.Add(absl::Seconds(3), Frame(kind, {Object("dog", 0.8, 5)})));
  const Sighting sighting = seen.Finish();
  CHECK(sighting.model_id == "model/1");
  CHECK(sighting.see_time == kNow);
  CHECK(sighting.objects == std::vector<SeenObject>{{.label = "dog",
                                                     .score = 0.8,
                                                     .box = Box{4, 0, 5, 1},
                                                     .offset = absl::Seconds(1),
                                                     .frame_count = 3},
                                                    {.label = "cat",
                                                     .score = 0.3,
                                                     .box = Box{3, 0, 4, 1},
                                                     .offset = absl::Seconds(0),
                                                     .frame_count = 1}});
  CHECK(sighting.vector.empty());
}

TEST_CASE("classes are told by their mean over all frames, and only the likely ones") {
  VideoSighting seen;
  const auto kind = SightingKind::kClasses;
  REQUIRE(seen.Add(absl::Seconds(0), Frame(kind, {Class("dress", 0.9), Class("hat", 0.08)})));
  REQUIRE(seen.Add(absl::Seconds(1), Frame(kind, {Class("hat", 0.7), Class("dress", 0.05)})));
  REQUIRE(seen.Add(absl::Seconds(2), Frame(kind, {Class("shoe", 0.2), Class("dress", 0.1)})));
  const Sighting sighting = seen.Finish();
  REQUIRE(sighting.objects.size() == 2);  // a shoe is 0.07 on average
  CHECK(sighting.objects[0].label == "dress");
  CHECK(std::abs(sighting.objects[0].score - 0.35) < 1e-9);
  CHECK(sighting.objects[0].frame_count == 2);
  CHECK_FALSE(sighting.objects[0].offset);
  CHECK(sighting.objects[1].label == "hat");
  CHECK(std::abs(sighting.objects[1].score - 0.26) < 1e-9);
  CHECK(sighting.objects[1].frame_count == 1);
}

TEST_CASE("a video's vector points where its frames do on average, however long theirs are") {
  VideoSighting seen;
  const auto kind = SightingKind::kClasses;
  REQUIRE(seen.Add(absl::Seconds(0), Frame(kind, {}, {30, 0})));
  REQUIRE(seen.Add(absl::Seconds(1), Frame(kind, {}, {0, 2})));
  REQUIRE(seen.Add(absl::Seconds(2), Frame(kind, {}, {0, 0})));
  const std::vector<float> vector = seen.Finish().vector;
  REQUIRE(vector.size() == 2);
  CHECK(std::abs(vector[0] - 0.70711F) < 1e-4F);
  CHECK(std::abs(vector[1] - 0.70711F) < 1e-4F);
}

TEST_CASE("what another version of the model saw is not mixed in") {
  VideoSighting seen;
  REQUIRE(seen.Add(absl::Seconds(0), Frame(SightingKind::kObjects, {Object("dog", 0.6, 1)})));
  Sighting other = Frame(SightingKind::kObjects, {Object("cat", 0.6, 1)});
  other.model_id = "model/2";
  CHECK_FALSE(seen.Add(absl::Seconds(1), other));
  CHECK(seen.Finish().objects.size() == 1);
}

TEST_CASE("a video with many labels tells the surest") {
  VideoSighting seen;
  std::vector<SeenObject> objects;
  for (int i = 0; i < 150; ++i) objects.push_back(Object(std::to_string(i), i / 200.0, 0));
  REQUIRE(seen.Add(absl::Seconds(0), Frame(SightingKind::kObjects, objects)));
  const Sighting sighting = seen.Finish();
  CHECK(sighting.objects.size() == 100);
  CHECK(sighting.objects.front().label == "149");
}

}  // namespace
}  // namespace clientele::profile::testing

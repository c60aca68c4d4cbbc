#include "services/profile-service/core/media/interests.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/contract/profile/samples.h"

namespace clientele::profile::testing {
namespace {

Media Showing(const std::string& id, absl::Duration age,
              const std::vector<std::pair<std::string, double>>& things) {
  Media media{.customer_id = "42", .media_id = id, .capture_time = kNow - age};
  Sighting& sighting = media.sightings.emplace_back();
  for (const auto& [label, score] : things) {
    sighting.objects.push_back({.label = label, .score = score, .box = std::nullopt});
  }
  return media;
}

std::vector<std::string> LabelsOf(const std::vector<Interest>& interests) {
  std::vector<std::string> labels;
  for (const Interest& interest : interests) labels.push_back(interest.label);
  return labels;
}

TEST_CASE(
    "what is in most pictures comes first, counted once a picture, with the newest as proof") {
  const std::vector<Media> pictures = {
      Showing("p1", absl::Hours(1), {{"dog", 0.9}, {"dog", 0.8}, {"cat", 0.49}}),
      Showing("p2", absl::Hours(2), {{"bicycle", 0.7}}),
      Showing("p3", absl::Hours(3), {{"dog", 0.95}, {"bench", 0.5}})};
  const std::vector<Interest> interests = InterestsOf(pictures, {});
  CHECK(LabelsOf(interests) == std::vector<std::string>{"dog", "bicycle", "bench"});
  CHECK(interests[0].pictures == 2);
  CHECK(interests[0].score == 0.95);
  CHECK(interests[0].last_seen == kNow - absl::Hours(1));
  CHECK(interests[0].evidence ==
        std::vector<std::pair<std::string, std::string>>{{"42", "p1"}, {"42", "p3"}});
  CHECK(InterestsOf({}, {}).empty());
}

TEST_CASE("a video counts once for what it shows, in however many frames") {
  Media video = Showing("v", absl::Hours(1), {{"dog", 0.7}});
  video.format = MediaFormat::kMp4;
  video.frame_count = 60;
  video.sightings[0].objects[0].frame_count = 42;
  const std::vector<Interest> interests =
      InterestsOf({video, Showing("p", absl::Hours(2), {{"dog", 0.9}})}, {});
  REQUIRE(interests.size() == 1);
  CHECK(interests[0].pictures == 2);
  CHECK(interests[0].evidence ==
        std::vector<std::pair<std::string, std::string>>{{"42", "v"}, {"42", "p"}});
}

TEST_CASE("interests and their proofs are bounded") {
  std::vector<Media> pictures;
  for (int i = 0; i < 5; ++i) {
    pictures.push_back(Showing("p" + std::to_string(i), absl::Hours(i),
                               {{"dog", 1}, {"thing" + std::to_string(i), 1}}));
  }
  const std::vector<Interest> interests =
      InterestsOf(pictures, {.most_interests = 2, .most_evidence = 3});
  CHECK(LabelsOf(interests) == std::vector<std::string>{"dog", "thing0"});
  CHECK(interests[0].pictures == 5);
  CHECK(interests[0].evidence.size() == 3);
}

}  // namespace
}  // namespace clientele::profile::testing

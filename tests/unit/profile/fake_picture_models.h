#ifndef CLIENTELE_TESTS_UNIT_PROFILE_FAKE_PICTURE_MODELS_H_
#define CLIENTELE_TESTS_UNIT_PROFILE_FAKE_PICTURE_MODELS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"

#include "common/status/error_details.h"
#include "services/profile-service/core/media/picture_models.h"

namespace clientele::profile::testing {

// Takes bytes that begin with "PNG" for a picture of 40 x 30 pixels, and "MP4 12" for a video of 12
// seconds whose frames have their second as color.
class FakePictureDecoder final : public PictureDecoder {
 public:
  absl::StatusOr<Pixels> Decode(const RequestContext&, absl::string_view bytes) override {
    ++calls;
    if (!failure.ok()) return failure;
    if (bytes.substr(0, 3) != "PNG") return InvalidField("picture", "is no picture");
    return Pixels{.format = MediaFormat::kPng,
                  .original_width = 40,
                  .original_height = 30,
                  .width = 4,
                  .height = 3,
                  .rgb = {}};
  }

  bool IsVideo(absl::string_view bytes) const override { return absl::StartsWith(bytes, "MP4"); }
  absl::StatusOr<VideoFacts> CheckVideo(const RequestContext&, absl::string_view bytes) override {
    ++calls;
    if (!failure.ok()) return failure;
    const int seconds = Seconds(bytes);
    if (seconds < 1) return InvalidField("picture", "has no frames");
    return VideoFacts{.format = MediaFormat::kMp4,
                      .width = 40,
                      .height = 30,
                      .duration = absl::Seconds(seconds),
                      .frame_count = std::min(seconds, kMostVideoFrames)};
  }
  absl::StatusOr<VideoPart> DecodeFrames(const RequestContext&, absl::string_view bytes, int first,
                                         int seconds) override {
    ++calls;
    if (!failure.ok()) return failure;
    const int length = Seconds(bytes);
    VideoPart part{.duration = absl::Seconds(length)};
    for (int second = first; second < std::min(first + seconds, length); ++second) {
      part.frames.push_back(
          {.offset = absl::Seconds(second),
           .pixels = {.format = MediaFormat::kMp4,
                      .original_width = 40,
                      .original_height = 30,
                      .width = 1,
                      .height = 1,
                      .rgb = std::vector<std::uint8_t>(3, static_cast<std::uint8_t>(second))}});
    }
    return part;
  }

  absl::Status failure;
  int calls = 0;

 private:
  static int Seconds(absl::string_view bytes) {
    int seconds = 0;
    return absl::SimpleAtoi(bytes.substr(3), &seconds) ? seconds : 0;
  }
};

// Sees one thing in every picture, or what it is told to.
class FakePictureModel final : public PictureModel {
 public:
  FakePictureModel(std::string model_id, SightingKind kind, std::string label)
      : id(std::move(model_id)), kind_(kind), label_(std::move(label)) {}

  absl::StatusOr<std::vector<Sighting>> SeeAll(const RequestContext& context,
                                               absl::Span<const Pixels* const> pictures) override {
    deadline = context.deadline;
    batches.push_back(pictures.size());
    std::vector<Sighting> sightings;
    for (const Pixels* pixels : pictures) {
      ++calls;
      if (on_see) on_see(*pixels);
      if (!failure.ok()) return failure;
      sightings.push_back({.model_id = id,
                           .kind = kind_,
                           .see_time = absl::UnixEpoch(),
                           .objects = {{.label = label_, .score = 0.9, .box = std::nullopt}}});
      if (sees) sightings.back().objects = sees(*pixels);
    }
    return sightings;
  }
  std::string model_id() const override { return id; }

  std::string id;
  std::function<void(const Pixels&)> on_see;
  std::function<std::vector<SeenObject>(const Pixels&)> sees;
  absl::Time deadline;  // of the last call
  absl::Status failure;
  int calls = 0;                     // pictures
  std::vector<std::size_t> batches;  // that came together

 private:
  const SightingKind kind_;
  const std::string label_;
};

}  // namespace clientele::profile::testing

#endif  // CLIENTELE_TESTS_UNIT_PROFILE_FAKE_PICTURE_MODELS_H_

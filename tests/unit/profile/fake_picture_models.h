#ifndef CLIENTELE_TESTS_UNIT_PROFILE_FAKE_PICTURE_MODELS_H_
#define CLIENTELE_TESTS_UNIT_PROFILE_FAKE_PICTURE_MODELS_H_

#include <string>

#include "common/status/error_details.h"
#include "services/profile-service/core/media/picture_models.h"

namespace clientele::profile::testing {

// Takes bytes that begin with "PNG" for a picture of 40 x 30 pixels.
class FakePictureDecoder final : public PictureDecoder {
 public:
  absl::StatusOr<Pixels> Decode(const RequestContext&, absl::string_view bytes) override {
    ++calls;
    if (!failure.ok()) return failure;
    if (bytes.substr(0, 3) != "PNG") return InvalidField("picture", "is no picture");
    return Pixels{.format = PictureFormat::kPng,
                  .original_width = 40,
                  .original_height = 30,
                  .width = 4,
                  .height = 3,
                  .rgb = {}};
  }

  absl::Status failure;
  int calls = 0;
};

// Sees one thing in every picture.
class FakePictureModel final : public PictureModel {
 public:
  FakePictureModel(std::string model_id, SightingKind kind, std::string label)
      : id(std::move(model_id)), kind_(kind), label_(std::move(label)) {}

  absl::StatusOr<Sighting> See(const RequestContext&, const Pixels&) override {
    ++calls;
    if (!failure.ok()) return failure;
    return Sighting{.model_id = id,
                    .kind = kind_,
                    .see_time = absl::UnixEpoch(),
                    .objects = {{.label = label_, .score = 0.9, .box = std::nullopt}}};
  }
  std::string model_id() const override { return id; }

  std::string id;
  absl::Status failure;
  int calls = 0;

 private:
  const SightingKind kind_;
  const std::string label_;
};

}  // namespace clientele::profile::testing

#endif  // CLIENTELE_TESTS_UNIT_PROFILE_FAKE_PICTURE_MODELS_H_

#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_MODEL_PICTURE_MODELS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_MODEL_PICTURE_MODELS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "common/inference/tasks/image_encoder.h"
#include "common/inference/tasks/object_detector.h"
#include "common/media/isolated_decoder.h"
#include "common/time/clock.h"
#include "services/profile-service/core/media/picture_models.h"

namespace clientele::profile {

// Pictures and videos through picture-decoder.
class ProcessPictureDecoder final : public PictureDecoder {
 public:
  // Both borrowed; they outlive the decoder.
  ProcessPictureDecoder(media::IsolatedDecoder* decoder, const Clock* clock)
      : decoder_(decoder), clock_(clock) {}

  bool IsVideo(absl::string_view bytes) const override;
  absl::StatusOr<Pixels> Decode(const RequestContext& context, absl::string_view bytes) override;
  absl::StatusOr<VideoFacts> CheckVideo(const RequestContext& context,
                                        absl::string_view bytes) override;
  absl::StatusOr<VideoPart> DecodeFrames(const RequestContext& context, absl::string_view bytes,
                                         int first, int seconds) override;

 private:
  absl::StatusOr<media::DecodedVideo> DecodeRange(const RequestContext& context,
                                                  absl::string_view bytes,
                                                  const media::FrameRange& range);

  media::IsolatedDecoder* const decoder_;
  const Clock* const clock_;
};

// As models take them.
inference::ImageRow ToImageRow(const std::vector<std::uint8_t>& rgb, std::int64_t width,
                               std::int64_t height);

// Pictures through the IMAGE_ENCODER that is served now: a vector, and all classes.
class EncoderPictureModel final : public PictureModel {
 public:
  // All borrowed; they outlive the model. `encoder` is of `handle`.
  EncoderPictureModel(const inference::ModelHandle<inference::ImageEncoderModel>* handle,
                      const inference::ImageEncoder* encoder, const Clock* clock)
      : handle_(handle), encoder_(encoder), clock_(clock) {}

  absl::StatusOr<std::vector<Sighting>> SeeAll(const RequestContext& context,
                                               absl::Span<const Pixels* const> pictures) override;
  std::string model_id() const override { return encoder_->model_id(); }

 private:
  const inference::ModelHandle<inference::ImageEncoderModel>* const handle_;
  const inference::ImageEncoder* const encoder_;
  const Clock* const clock_;
};

// Pictures through the OBJECT_DETECTOR that is served now.
class DetectorPictureModel final : public PictureModel {
 public:
  // Both borrowed; they outlive the model.
  DetectorPictureModel(const inference::ObjectDetector* detector, const Clock* clock)
      : detector_(detector), clock_(clock) {}

  absl::StatusOr<std::vector<Sighting>> SeeAll(const RequestContext& context,
                                               absl::Span<const Pixels* const> pictures) override;
  std::string model_id() const override { return detector_->model_id(); }

 private:
  const inference::ObjectDetector* const detector_;
  const Clock* const clock_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_MODEL_PICTURE_MODELS_H_

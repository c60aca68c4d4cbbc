#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_PICTURE_RESOURCES_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_PICTURE_RESOURCES_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"

#include "common/inference/serving/model_metrics.h"
#include "common/inference/serving/models.h"
#include "common/inference/tasks/image_encoder.h"
#include "common/inference/tasks/object_detector.h"
#include "common/media/isolated_decoder.h"
#include "services/profile-service/model/picture_models.h"
#include "services/profile-service/picture_options.h"

namespace clientele::profile {

// The models of pictures that the service was started with, and what decodes for them. Those that
// are not named are null. Members are in the order of their dependencies.
struct PictureResources {
  std::unique_ptr<media::IsolatedDecoder> program;
  inference::ServedTask<inference::ImageEncoderModel, inference::ImageEncoder> served_encoder;
  inference::ServedTask<inference::ObjectDetectorModel, inference::ObjectDetector> served_detector;
  std::unique_ptr<ProcessPictureDecoder> decoder;
  std::unique_ptr<EncoderPictureModel> encoder;
  std::unique_ptr<DetectorPictureModel> detector;

  // NOT_FOUND without picture-decoder, where a model is named; else as inference::OpenModel.
  static absl::StatusOr<PictureResources> Open(const PictureOptions& options,
                                               const inference::ModelOptions& models,
                                               const inference::Compute& compute,
                                               const Clock* clock, telemetry::Logger* log);

  // Those that are there.
  std::vector<PictureModel*> models() const;
  [[nodiscard]] inference::MetricHandles Measure(telemetry::MetricsRegistry& metrics) const;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_PICTURE_RESOURCES_H_

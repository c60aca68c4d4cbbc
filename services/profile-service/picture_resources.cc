#include "services/profile-service/picture_resources.h"

#include <utility>

#include "common/status/status_macros.h"

namespace clientele::profile {
namespace {

// Pictures are large: few wait in a queue, and few make a batch.
batching::BatchPolicy PicturePolicy() {
  return {.max_batch_rows = 4, .queue_capacity = 16, .background_queue_capacity = 8};
}

}  // namespace

absl::StatusOr<PictureResources> PictureResources::Open(const PictureOptions& options,
                                                        const inference::ModelOptions& models,
                                                        const inference::Compute& compute,
                                                        const Clock* clock,
                                                        telemetry::Logger* log) {
  PictureResources opened;
  if (!options.any_model()) return opened;
  CLIENTELE_ASSIGN_OR_RETURN(
      opened.program,
      media::IsolatedDecoder::Create({.program = options.decoder, .processes = options.decoders}));
  opened.decoder = std::make_unique<ProcessPictureDecoder>(opened.program.get(), clock);
  if (!options.image_encoder.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(
        opened.served_encoder,
        (inference::OpenTask<inference::ImageEncoderModel, inference::ImageEncoder>(
            models, compute, options.image_encoder, clock, log, options.image_encoder_share,
            PicturePolicy())));
    opened.encoder = std::make_unique<EncoderPictureModel>(opened.served_encoder.handle.get(),
                                                           opened.served_encoder.task.get(), clock);
  }
  if (!options.object_detector.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(
        opened.served_detector,
        (inference::OpenTask<inference::ObjectDetectorModel, inference::ObjectDetector>(
            models, compute, options.object_detector, clock, log, options.object_detector_share,
            PicturePolicy())));
    opened.detector =
        std::make_unique<DetectorPictureModel>(opened.served_detector.task.get(), clock);
  }
  return opened;
}

std::vector<PictureModel*> PictureResources::models() const {
  std::vector<PictureModel*> models;
  if (encoder != nullptr) models.push_back(encoder.get());
  if (detector != nullptr) models.push_back(detector.get());
  return models;
}

inference::MetricHandles PictureResources::Measure(telemetry::MetricsRegistry& metrics) const {
  inference::MetricHandles handles;
  const auto add = [&](const auto& served) {
    if (served.task == nullptr) return;
    for (auto& handle :
         inference::MeasureModel(metrics, served.handle->name(),
                                 [task = served.task.get()] { return task->stats(); })) {
      handles.push_back(std::move(handle));
    }
  };
  add(served_encoder);
  add(served_detector);
  return handles;
}

}  // namespace clientele::profile

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
        opened.encoder_handle,
        inference::OpenModel<inference::ImageEncoderModel>(models, compute, options.image_encoder,
                                                           log, options.image_encoder_share));
    CLIENTELE_ASSIGN_OR_RETURN(
        opened.encoder_queue,
        inference::ImageEncoder::Create({.handle = opened.encoder_handle.get(),
                                         .clock = clock,
                                         .workers = options.image_encoder_share.instances,
                                         .policy = PicturePolicy()}));
    opened.encoder = std::make_unique<EncoderPictureModel>(opened.encoder_handle.get(),
                                                           opened.encoder_queue.get(), clock);
  }
  if (!options.object_detector.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(
        opened.detector_handle,
        inference::OpenModel<inference::ObjectDetectorModel>(
            models, compute, options.object_detector, log, options.object_detector_share));
    CLIENTELE_ASSIGN_OR_RETURN(
        opened.detector_queue,
        inference::ObjectDetector::Create({.handle = opened.detector_handle.get(),
                                           .clock = clock,
                                           .workers = options.object_detector_share.instances,
                                           .policy = PicturePolicy()}));
    opened.detector = std::make_unique<DetectorPictureModel>(opened.detector_queue.get(), clock);
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
  const auto add = [&](const std::string& model, auto* queue) {
    for (auto& handle :
         inference::MeasureModel(metrics, model, [queue] { return queue->stats(); })) {
      handles.push_back(std::move(handle));
    }
  };
  if (encoder_queue != nullptr) add(encoder_handle->name(), encoder_queue.get());
  if (detector_queue != nullptr) add(detector_handle->name(), detector_queue.get());
  return handles;
}

}  // namespace clientele::profile

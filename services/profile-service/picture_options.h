#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_PICTURE_OPTIONS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_PICTURE_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/time/time.h"

#include "common/inference/serving/model_options.h"

namespace clientele::profile {

// Of ServerOptions: what the service does with customers' pictures. Without a model it takes none.
struct PictureOptions {
  // Bundles of the tasks IMAGE_ENCODER and OBJECT_DETECTOR; empty: none.
  std::string image_encoder = {};
  inference::ModelShare image_encoder_share;
  std::string object_detector = {};
  inference::ModelShare object_detector_share;

  // The program that decodes; empty: picture-decoder beside the service's own.
  std::string decoder = {};
  // Pictures decoded at a time.
  std::size_t decoders = 2;

  // Pictures of a customer that a profile uses; 0: none.
  int latest_pictures = 200;
  // What a model is less sure of is no interest; 0 to 1.
  double min_sighting_score = 0.5;

  // Pictures of one customer, and bytes of those that are kept; 0: no bound.
  std::int64_t pictures_per_customer = 1000;
  std::int64_t kept_bytes_per_customer = std::int64_t{256} << 20;
  // Of all pictures that wait to be looked at, and of all uploads under way in this process.
  std::int64_t pending_bytes = std::int64_t{1} << 30;
  std::size_t upload_bytes = std::size_t{256} << 20;
  // What is known of a picture goes this long after its upload; 0: it stays.
  absl::Duration retention = absl::ZeroDuration();

  bool any_model() const { return !image_encoder.empty() || !object_detector.empty(); }
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_PICTURE_OPTIONS_H_

#ifndef CLIENTELE_PROFILE_SERVICE_TRAINING_VISION_PICTURE_ENCODER_H_
#define CLIENTELE_PROFILE_SERVICE_TRAINING_VISION_PICTURE_ENCODER_H_

// The network that a training of pictures begins with.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "common/modeling/architectures/architecture.h"
#include "common/modeling/architectures/csp_layers.h"

namespace clientele::profile {

// Untrained; convolutions are drawn so that SiLU keeps the size of what passes (He et al.,
// Delving deep into rectifiers, ICCV 2015, with SiLU's second moment), classes are 0.
absl::StatusOr<modeling::BuiltModel> NewPictureEncoder(const modeling::CspShape& shape,
                                                       const std::vector<std::string>& labels,
                                                       std::uint64_t seed);

// The backbone of an OBJECT_DETECTOR bundle of architecture yolox (`clientele-models import --from
// onnx-yolox`), signed or not; classes are 0. INVALID_ARGUMENT for another bundle.
absl::StatusOr<modeling::BuiltModel> PretrainedPictureEncoder(
    const std::filesystem::path& bundle, const std::vector<std::string>& labels);

}  // namespace clientele::profile

#endif  // CLIENTELE_PROFILE_SERVICE_TRAINING_VISION_PICTURE_ENCODER_H_

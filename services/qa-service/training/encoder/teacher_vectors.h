#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_TEACHER_VECTORS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_TEACHER_VECTORS_H_

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "services/qa-service/training/intents/encoder_bundle.h"

namespace clientele::qa {

// The teacher's vectors of the texts: float16 [texts, width], unit rows. They are kept in `folder`
// and read from there where they are of the same texts and teacher. Errors of EncoderBundle, and
// INTERNAL when the disk fails.
absl::StatusOr<at::Tensor> TeacherVectors(const EncoderBundle& teacher,
                                          const std::vector<std::string>& texts,
                                          const std::filesystem::path& folder,
                                          const std::function<void(absl::string_view)>& progress);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_TEACHER_VECTORS_H_

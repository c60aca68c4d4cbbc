#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_TUNING_SPEED_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_TUNING_SPEED_H_

// How fast this machine tunes an encoder, so that a plan uses the time that there is.
//
//   CLIENTELE_ASSIGN_OR_RETURN(
//       const double speed,
//       MeasureTuningSpeed(module, rows, classes_of, classes, labels, options));
//   options.max_operations = speed * seconds;

#include <cstddef>

#include <torch/csrc/jit/api/module.h>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "common/inference/tasks/token_row.h"
#include "services/qa-service/training/intents/encoder_tuning.h"

namespace clientele::qa {

// Floating-point operations a second, as EncoderTuningOptions counts them, of a few steps over some
// of the texts. `encoder` is changed: it is not to be used further. Arguments and errors as of
// TuneEncoder. Takes some seconds.
absl::StatusOr<double> MeasureTuningSpeed(const torch::jit::Module& encoder,
                                          absl::Span<const inference::TokenRow* const> training,
                                          absl::Span<const int> classes_of,
                                          absl::Span<const float> classes, std::size_t labels,
                                          const EncoderTuningOptions& options);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_TUNING_SPEED_H_

#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_TRAINING_TRAINING_CODEC_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_TRAINING_TRAINING_CODEC_H_

// What the operations table keeps of a training (JSON).

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "services/recommend-service/core/training/training.h"

namespace clientele::recommend {

// Progress.
struct TrainingMetadata {
  int epoch = 0;
  int epochs = 0;
  absl::Time start_time = absl::InfinitePast();
};

// Decoding gives DATA_LOSS for anything that encoding did not make.
std::string EncodeTrainingOptions(const TrainingOptions& options);
absl::StatusOr<TrainingOptions> DecodeTrainingOptions(absl::string_view text);
std::string EncodeTrainingMetadata(const TrainingMetadata& metadata);
absl::StatusOr<TrainingMetadata> DecodeTrainingMetadata(absl::string_view text);
std::string EncodeTrainingReport(const TrainingReport& report);
absl::StatusOr<TrainingReport> DecodeTrainingReport(absl::string_view text);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_TRAINING_TRAINING_CODEC_H_

#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_EXPERIMENTS_EXPERIMENT_CODEC_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_EXPERIMENTS_EXPERIMENT_CODEC_H_

// Experiments and results as JSON, for the table and the idempotency ledger. Decoding answers
// DATA_LOSS for anything else. Pure.

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "services/recommend-service/core/experiments/experiment.h"
#include "services/recommend-service/core/experiments/experiment_store.h"

namespace clientele::recommend {

std::string EncodeExperiment(const Experiment& experiment);
absl::StatusOr<Experiment> DecodeExperiment(absl::string_view text);

std::string EncodeFeedbackRecorded(const FeedbackRecorded& recorded);
absl::StatusOr<FeedbackRecorded> DecodeFeedbackRecorded(absl::string_view text);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_EXPERIMENTS_EXPERIMENT_CODEC_H_

#ifndef CLIENTELE_COMMON_SERVICE_MODELS_H_
#define CLIENTELE_COMMON_SERVICE_MODELS_H_

// A service's models.
//
//   CLIENTELE_RETURN_IF_ERROR(PrepareCompute(options.models, log));   // first, once
//   CLIENTELE_ASSIGN_OR_RETURN(auto model,
//                              OpenModel(options.models, options.text_encoder,
//                                        model::v1::TASK_TEXT_ENCODER, &log));

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/batching/batch_policy.h"
#include "common/inference/model_handle.h"
#include "common/service/options.h"
#include "common/telemetry/log.h"
#include "common/telemetry/metrics.h"

namespace clientele::service {

// Sets the threads of numerical work and says in the log which BLAS does it.
// FAILED_PRECONDITION when it is not OpenBLAS.
absl::Status PrepareCompute(const ModelOptions& options, telemetry::Logger& log);

// The handle of the bundle `name`; a missing or bad version is no error, the handle
// goes on looking. Versions that change their state or label are log lines `model_version`
// and `model_rejected`, labels that change `model_labels`. `log` is borrowed and outlives the
// handle. NOT_FOUND, FAILED_PRECONDITION or INVALID_ARGUMENT when the public key cannot be used or
// the options are impossible.
absl::StatusOr<std::unique_ptr<inference::ModelHandle>> OpenModel(const ModelOptions& options,
                                                                  const std::string& name,
                                                                  model::v1::Task task,
                                                                  telemetry::Logger* log);

// Shows in `metrics` what became of the rows that a model was given, until the handles
// are gone. `stats` is asked at each scrape and outlives them.
[[nodiscard]] std::vector<std::shared_ptr<void>> MeasureModel(
    telemetry::MetricsRegistry& metrics, const std::string& model,
    const std::function<batching::BatchStats()>& stats);

}  // namespace clientele::service

#endif  // CLIENTELE_COMMON_SERVICE_MODELS_H_

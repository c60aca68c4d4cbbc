#ifndef CLIENTELE_SERVICES_QA_SERVICE_METRICS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_METRICS_H_

// What qa-service shows of itself. Names are in common/telemetry/metric_names.h. The registry and
// what is measured are borrowed; gauges are there until their handles are gone.

#include <functional>
#include <memory>
#include <vector>

#include "common/telemetry/metrics.h"
#include "services/qa-service/core/answering/answer.h"
#include "services/qa-service/core/answering/question_recorder.h"
#include "services/qa-service/core/retrieval/index_refresher.h"

namespace clientele::qa {

// Counts answers by their state. Thread-safe.
std::function<void(AnswerState)> CountAnswers(telemetry::MetricsRegistry& metrics);

// The index, what waits to be in it, and questions that could not be kept.
[[nodiscard]] std::vector<std::shared_ptr<void>> MeasureIndex(telemetry::MetricsRegistry& metrics,
                                                              const IndexRefresher* refresher,
                                                              const QuestionRecorder* recorder);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_METRICS_H_

#ifndef CLIENTELE_SERVICES_QA_SERVICE_METRICS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_METRICS_H_

// What qa-service shows of itself. Names are in common/telemetry/metric_names.h. The registry and
// what is measured are borrowed; gauges are there until their handles are gone.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/telemetry/log.h"
#include "common/telemetry/metrics.h"
#include "services/qa-service/core/answering/answer.h"
#include "services/qa-service/core/answering/question_recorder.h"
#include "services/qa-service/core/feedback/feedback.h"
#include "services/qa-service/core/retrieval/index_refresher.h"
#include "services/qa-service/core/upgrades/upgrade_store.h"

namespace clientele::qa {

// Counts answers by their state. Thread-safe.
std::function<void(AnswerState)> CountAnswers(telemetry::MetricsRegistry& metrics);

// Counts steps of answering that were left out, by step and reason. Thread-safe.
std::function<void(absl::string_view step, absl::string_view reason)> CountSkipped(
    telemetry::MetricsRegistry& metrics);

// Counts and logs what of conversations and hand-overs could not be kept. Borrows the logger.
// Thread-safe.
std::function<void(absl::string_view, const absl::Status&)> CountLost(
    telemetry::MetricsRegistry& metrics, telemetry::Logger& log);

// Counts what people say of answers, by verdict. Thread-safe.
std::function<void(AnswerVerdict)> CountFeedback(telemetry::MetricsRegistry& metrics);

// Logs articles that the model fails on, by name. Borrows the logger. Thread-safe.
std::function<void(const std::string&, const absl::Status&, absl::Duration)> LogIndexFailures(
    telemetry::Logger& log);

// Logs what becomes of upgrades. Borrows the logger. Thread-safe.
std::function<void(const UpgradeTrial&)> LogUpgrades(telemetry::Logger& log);

// The index, what waits to be in it, and questions that could not be kept.
[[nodiscard]] std::vector<std::shared_ptr<void>> MeasureIndex(telemetry::MetricsRegistry& metrics,
                                                              const IndexRefresher* refresher,
                                                              const QuestionRecorder* recorder);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_METRICS_H_

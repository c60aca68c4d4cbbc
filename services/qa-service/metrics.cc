#include "services/qa-service/metrics.h"

#include <map>
#include <utility>

#include "common/telemetry/metric_names.h"

namespace clientele::qa {

std::function<void(AnswerState)> CountAnswers(telemetry::MetricsRegistry& metrics) {
  return [answered = metrics.GetCounter(telemetry::kQaAnswers, {{"state", "answered"}}),
          abstained = metrics.GetCounter(telemetry::kQaAnswers, {{"state", "abstained"}}),
          handed_over = metrics.GetCounter(telemetry::kQaAnswers, {{"state", "handed_over"}})](
             AnswerState state) mutable {
    switch (state) {
      case AnswerState::kAnswered:
        return answered.Increment();
      case AnswerState::kAbstained:
        return abstained.Increment();
      case AnswerState::kHandedOver:
        return handed_over.Increment();
    }
  };
}

std::function<void(absl::string_view, absl::string_view)> CountSkipped(
    telemetry::MetricsRegistry& metrics) {
  std::map<std::pair<std::string, std::string>, telemetry::Counter> counters;
  for (const char* step : {"understand", "rerank", "read"}) {
    for (const char* reason : {skip_reason::kUnavailable, skip_reason::kBusy,
                               skip_reason::kDeadline, skip_reason::kFailed}) {
      counters.emplace(
          std::pair(step, reason),
          metrics.GetCounter(telemetry::kQaSkippedSteps, {{"step", step}, {"reason", reason}}));
    }
  }
  return
      [counters = std::move(counters)](absl::string_view step, absl::string_view reason) mutable {
        const auto found = counters.find({std::string(step), std::string(reason)});
        if (found != counters.end()) found->second.Increment();
      };
}

std::function<void(AnswerVerdict)> CountFeedback(telemetry::MetricsRegistry& metrics) {
  return [helpful = metrics.GetCounter(telemetry::kQaFeedback, {{"verdict", "helpful"}}),
          wrong = metrics.GetCounter(telemetry::kQaFeedback, {{"verdict", "wrong"}}),
          unsafe = metrics.GetCounter(telemetry::kQaFeedback, {{"verdict", "unsafe"}})](
             AnswerVerdict verdict) mutable {
    switch (verdict) {
      case AnswerVerdict::kHelpful:
        return helpful.Increment();
      case AnswerVerdict::kWrong:
        return wrong.Increment();
      case AnswerVerdict::kUnsafe:
        return unsafe.Increment();
    }
  };
}

std::function<void(absl::string_view, const absl::Status&)> CountLost(
    telemetry::MetricsRegistry& metrics, telemetry::Logger& log) {
  return [&log, handovers = metrics.GetCounter(telemetry::kQaLost, {{"what", "handover"}}),
          conversations = metrics.GetCounter(telemetry::kQaLost, {{"what", "conversation"}})](
             absl::string_view what, const absl::Status& status) mutable {
    (what == "handover" ? handovers : conversations).Increment();
    log.Warning("not_kept", {{"what", what}, {"code", absl::StatusCodeToString(status.code())}});
  };
}

std::function<void(const std::string&, const absl::Status&, absl::Duration)> LogIndexFailures(
    telemetry::Logger& log) {
  return [&log](const std::string& article_id, const absl::Status& status,
                absl::Duration retry_after) {
    log.Warning("article_not_embedded", {{"article", article_id},
                                         {"code", absl::StatusCodeToString(status.code())},
                                         {"error", status.message()},
                                         {"retry_after_s", absl::ToDoubleSeconds(retry_after)}});
  };
}

std::function<void(const UpgradeTrial&)> LogUpgrades(telemetry::Logger& log) {
  return [&log](const UpgradeTrial& trial) {
    const bool refused = trial.outcome == UpgradeOutcome::kRefused;
    log.Log(refused ? telemetry::Severity::kWarning : telemetry::Severity::kInfo,
            refused ? "upgrade_refused" : "upgrade",
            {{"text_encoder", trial.key.candidate.encoder},
             {"min_confidence", trial.key.candidate.min_confidence.value_or(-1)},
             {"before", trial.key.serving.encoder},
             {"golden_questions", trial.result.question_count},
             {"right_first", trial.result.candidate.right_first},
             {"right_first_before", trial.result.serving.right_first},
             {"changed_answers", trial.result.changed_count}});
  };
}

std::vector<std::shared_ptr<void>> MeasureIndex(telemetry::MetricsRegistry& metrics,
                                                const IndexRefresher* refresher,
                                                const QuestionRecorder* recorder) {
  return {
      metrics.AddGaugeCallback(telemetry::kQaIndexArticles, {},
                               [refresher] {
                                 const auto index = refresher->Snapshot();
                                 return index == nullptr
                                            ? 0.0
                                            : static_cast<double>(index->article_count());
                               }),
      metrics.AddGaugeCallback(telemetry::kQaIndexPending, {},
                               [refresher] { return static_cast<double>(refresher->pending()); }),
      metrics.AddGaugeCallback(telemetry::kQaIndexFailures, {},
                               [refresher] { return static_cast<double>(refresher->failures()); }),
      metrics.AddGaugeCallback(telemetry::kQaIndexSetAside, {},
                               [refresher] { return static_cast<double>(refresher->set_aside()); }),
      metrics.AddGaugeCallback(telemetry::kQaQuestionsDropped, {},
                               [recorder] { return static_cast<double>(recorder->dropped()); })};
}

}  // namespace clientele::qa

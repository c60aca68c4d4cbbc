#include "services/qa-service/resources.h"

#include <algorithm>
#include <utility>

#include "common/inference/serving/model_metrics.h"
#include "common/rpc/profile_feed.h"
#include "common/status/status_macros.h"

namespace clientele::qa {
namespace {

absl::Status CheckOptions(const ServerOptions& options) {
  const absl::Duration shortest =
      std::min({options.question_retention, options.handover_retention,
                options.conversation_retention, options.handover_poll_interval});
  if (!(options.upgrade_margin >= 0 && options.upgrade_margin <= 1)) {
    return absl::InvalidArgumentError("--upgrade_margin must be 0 to 1");
  }
  if (options.intents.empty() &&
      !(options.complaint_intents.empty() && options.person_intents.empty())) {
    return absl::InvalidArgumentError(
        "--complaint_intents and --person_intents need --intents, a bundle that finds them");
  }
  if (shortest > absl::ZeroDuration()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "--question_retention, --handover_retention, --conversation_retention and "
      "--handover_poll_interval must be positive");
}

// An intent that the bundle does not know would silently have no effect.
void WarnOfUnknownIntents(const IntentRules& rules,
                          const inference::ModelHandle<inference::TextClassifierModel>& handle,
                          telemetry::Logger& log) {
  const auto model = handle.Current();
  if (model == nullptr) return;
  const auto& labels = model->loaded().manifest().labels();
  const auto warn_unless_known = [&](const std::string& intent) {
    if (std::find(labels.begin(), labels.end(), intent) != labels.end()) return;
    log.Warning("unknown_intent", {{"intent", intent}, {"bundle", model->id()}});
  };
  for (const std::string& intent : rules.persons) warn_unless_known(intent);
  for (const auto& [intent, topic] : rules.complaints) warn_unless_known(intent);
}

}  // namespace

void Resources::ListVersions(std::vector<rpc::ListedVersion>& list) const {
  rpc::ListVersions(*text.handle, list);
  if (intents.handle != nullptr) rpc::ListVersions(*intents.handle, list);
  if (ranker.handle != nullptr) rpc::ListVersions(*ranker.handle, list);
  if (reader.handle != nullptr) rpc::ListVersions(*reader.handle, list);
  if (generator != nullptr) rpc::ListVersions(*generator, list);
}

std::vector<std::shared_ptr<void>> Resources::Measure(const std::string& generator_name) const {
  telemetry::MetricsRegistry& metrics = process->metrics();
  std::vector<std::shared_ptr<void>> gauges = inference::MeasureModel(metrics, text);
  const auto keep = [&](std::vector<std::shared_ptr<void>> more) {
    gauges.insert(gauges.end(), more.begin(), more.end());
  };
  if (generation != nullptr) {
    keep(inference::MeasureGenerator(metrics, generator_name,
                                     [this] { return generation->stats(); }));
  }
  keep(inference::MeasureCores(metrics, compute.cores));
  return gauges;
}

absl::StatusOr<Resources> Resources::Open(const ServerOptions& options) {
  CLIENTELE_RETURN_IF_ERROR(CheckOptions(options));
  CLIENTELE_ASSIGN_OR_RETURN(IntentRules intent_rules,
                             ParseIntentRules(options.person_intents, options.complaint_intents,
                                              options.min_intent_score));
  CLIENTELE_ASSIGN_OR_RETURN(auto process,
                             process::ServiceProcess::Create(options.host, options.database));
  CLIENTELE_ASSIGN_OR_RETURN(crypto::Cipher cipher,
                             crypto::Cipher::FromKeyFile(options.database.data_key_file));
  CLIENTELE_ASSIGN_OR_RETURN(auto feed, rpc::OpenProfileFeed(options.profile_feed));
  CLIENTELE_ASSIGN_OR_RETURN(inference::Compute compute,
                             inference::PrepareCompute(options.models, process->log()));
  CLIENTELE_ASSIGN_OR_RETURN(
      auto text,
      inference::OpenTextEncoder(options.models, compute, options.text_encoder,
                                 options.text_encoder_share, process->clock(), &process->log(),
                                 /*hold=*/true));
  Resources opened{.process = std::move(process),
                   .cipher = std::move(cipher),
                   .feed = std::move(feed),
                   .compute = std::move(compute),
                   .text = std::move(text),
                   .intent_rules = std::move(intent_rules)};
  const auto* const clock = opened.process->clock();
  auto* const log = &opened.process->log();
  if (!options.intents.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(
        opened.intents,
        (inference::OpenTask<inference::TextClassifierModel, inference::TextClassifier>(
            options.models, opened.compute, options.intents, clock, log)));
    WarnOfUnknownIntents(opened.intent_rules, *opened.intents.handle, *log);
  }
  if (!options.reranker.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(
        opened.ranker, (inference::OpenTask<inference::TextRankerModel, inference::TextRanker>(
                           options.models, opened.compute, options.reranker, clock, log)));
  }
  if (!options.reader.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(
        opened.reader, (inference::OpenTask<inference::TextReaderModel, inference::TextReader>(
                           options.models, opened.compute, options.reader, clock, log)));
  }
  if (options.generator.empty()) return opened;
  CLIENTELE_ASSIGN_OR_RETURN(opened.generator,
                             inference::OpenModel<AnswerGenerator>(options.models, opened.compute,
                                                                   options.generator, log));
  CLIENTELE_ASSIGN_OR_RETURN(opened.generation,
                             inference::TextGenerator::Create(
                                 {.clock = clock, .loop = {.max_rows = options.generator_rows}}));
  return opened;
}

}  // namespace clientele::qa

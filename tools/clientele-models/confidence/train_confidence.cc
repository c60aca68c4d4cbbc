#include "tools/clientele-models/confidence/train_confidence.h"

#include <fstream>
#include <memory>
#include <ostream>
#include <sstream>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

#include "common/inference/bundle/durable_files.h"
#include "common/inference/bundle/manifest.h"
#include "common/inference/bundle/model_bundle.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/core/answering/confidence_settings.h"
#include "services/qa-service/training/confidence/confidence_fit.h"
#include "services/qa-service/training/reader/bundle_reader.h"
#include "services/qa-service/training/reranker/bundle_ranker.h"
#include "tools/clientele-models/encoder/progress_log.h"

namespace clientele::models {
namespace fs = std::filesystem;
namespace {

absl::StatusOr<std::vector<qa::AskedKnowledge>> ReadKnowledge(
    const TrainConfidenceOptions& options) {
  std::vector<qa::AskedKnowledge> reading;
  for (const fs::path& path : options.squad) {
    CLIENTELE_ASSIGN_OR_RETURN(qa::AskedKnowledge read, ReadSquadKnowledge(path, options.limits));
    reading.push_back(std::move(read));
  }
  std::vector<qa::AskedKnowledge> all;
  for (const fs::path& path : options.pairs) {
    CLIENTELE_ASSIGN_OR_RETURN(auto read, ReadPairKnowledge(path, options.columns, options.limits));
    for (qa::AskedKnowledge& each : read) all.push_back(std::move(each));
  }
  for (const fs::path& path : options.articles) {
    CLIENTELE_ASSIGN_OR_RETURN(auto read, ReadArticleKnowledge(path, options.limits));
    for (qa::AskedKnowledge& each : read) all.push_back(std::move(each));
  }
  // An encyclopedia's questions have no answer in a company's knowledge.
  for (qa::AskedKnowledge& each : all) AddForeignQuestions(reading, each);
  for (qa::AskedKnowledge& each : reading) all.push_back(std::move(each));
  if (all.empty()) return InvalidField("squad", "or pairs or articles must name a file");
  return all;
}

absl::Status WriteObservations(const fs::path& path,
                               const std::vector<qa::ObservedKnowledge>& observed,
                               const qa::OrderWeights& order) {
  std::ofstream out(path, std::ios::binary);
  out << "knowledge,topic,stands,right";
  for (const qa::NamedFeature& feature : qa::kNamedFeatures) out << ',' << feature.name;
  out << '\n';
  for (std::size_t k = 0; k < observed.size(); ++k) {
    for (const qa::AnswerObservation& observation : observed[k].observations) {
      const qa::FirstHit first = qa::FirstOf(observation, order);
      out << k << ',' << qa::RoundOf(observation.topic) << ',' << observation.stands << ','
          << first.right;
      for (const qa::NamedFeature& feature : qa::kNamedFeatures) {
        out << ',' << first.features.*feature.value;
      }
      out << '\n';
    }
  }
  out.flush();
  if (!out) return absl::InternalError("the observations cannot be written");
  return absl::OkStatus();
}

absl::Status WriteSettings(const fs::path& bundle, const qa::FittedConfidence& fitted) {
  const fs::path path = bundle / inference::kManifestFile;
  std::ifstream in(path, std::ios::binary);
  std::stringstream json;
  json << in.rdbuf();
  CLIENTELE_ASSIGN_OR_RETURN(model::v1::Bundle manifest, inference::ParseManifest(json.str()));
  for (const auto& [name, value] : qa::ConfidenceSettings(fitted)) {
    (*manifest.mutable_settings())[name] = value;
  }
  CLIENTELE_ASSIGN_OR_RETURN(const std::string written, inference::WriteManifest(manifest));
  const fs::path staging = bundle / ".bundle.json.new";
  CLIENTELE_RETURN_IF_ERROR(inference::WriteDurably(staging, written));
  std::error_code error;
  fs::rename(staging, path, error);
  if (error) return absl::InternalError(absl::StrCat("bundle.json: ", error.message()));
  return inference::SyncFolder(bundle);
}

}  // namespace

absl::Status TrainConfidence(const TrainConfidenceOptions& options, std::ostream& out,
                             std::ostream& log) {
  const fs::path& judges_last = !options.reader.empty()     ? options.reader
                                : !options.reranker.empty() ? options.reranker
                                                            : options.encoder;
  if (options.write && fs::exists(judges_last / inference::kSignatureFile)) {
    return absl::FailedPreconditionError(
        "the bundle is signed, and what is signed does not change: fit a copy without bundle.sig, "
        "and sign that");
  }
  CLIENTELE_ASSIGN_OR_RETURN(const auto encoder, qa::EncoderBundle::Open(options.encoder));
  std::unique_ptr<qa::BundleRanker> ranker;
  if (!options.reranker.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(ranker, qa::BundleRanker::Open(options.reranker));
  }
  std::unique_ptr<qa::BundleReader> reader;
  if (!options.reader.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(reader, qa::BundleReader::Open(options.reader));
  }
  CLIENTELE_ASSIGN_OR_RETURN(const auto knowledge, ReadKnowledge(options));
  qa::ObservationOptions observation = {
      .search = {}, .ranker = ranker.get(), .reader = reader.get(), .progress = ProgressLog(log)};
  double& weight = observation.search.fusion.lexical_weight;
  weight = encoder->lexical_weight().value_or(weight);
  std::vector<qa::ObservedKnowledge> observed;
  for (const qa::AskedKnowledge& each : knowledge) {
    observation.progress(absl::StrCat("asking ", each.questions.size(), " questions of ", each.name,
                                      ", ", each.articles.size(), " articles"));
    CLIENTELE_ASSIGN_OR_RETURN(auto seen, qa::ObserveAnswers(*encoder, each, observation));
    observed.push_back(std::move(seen));
  }
  CLIENTELE_ASSIGN_OR_RETURN(
      const qa::ConfidenceFit fit,
      qa::FitConfidence(observed, {.max_answered_removed = options.max_answered_removed}));
  if (!options.observations.empty()) {
    CLIENTELE_RETURN_IF_ERROR(WriteObservations(options.observations, observed, fit.fitted.order));
  }
  if (options.write) CLIENTELE_RETURN_IF_ERROR(WriteSettings(judges_last, fit.fitted));

  nlohmann::ordered_json json = {{"encoder", encoder->model().id()}};
  if (ranker != nullptr) json["reranker"] = ranker->id();
  if (reader != nullptr) json["reader"] = reader->id();
  for (const auto& [name, value] : qa::ConfidenceSettings(fit.fitted))
    json["settings"][name] = value;
  json["ece"] = fit.expected_calibration_error;
  for (const qa::KnowledgeFigures& figures : fit.knowledge) {
    json["knowledge"].push_back({{"name", figures.name},
                                 {"right_first", figures.right_first},
                                 {"answered", figures.answered},
                                 {"answered_rightly", figures.answered_rightly},
                                 {"answered_removed", figures.answered_removed}});
  }
  out << json.dump() << "\n";
  return absl::OkStatus();
}

}  // namespace clientele::models

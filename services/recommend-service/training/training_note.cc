#include "services/recommend-service/training/training_note.h"

#include <cstdint>
#include <exception>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include "absl/time/time.h"

#include "common/inference/bundle/manifest.h"
#include "common/inference/versions/kept_aside.h"

namespace clientele::recommend {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

json ToJson(const Publication& publication) {
  const Comparison& comparison = publication.comparison;
  json note = {{"model", publication.model_id},
               {"outcome", static_cast<int>(publication.outcome)},
               {"reason", publication.reason},
               {"serving", comparison.serving_id},
               {"obstacle", comparison.obstacle}};
  if (const auto& measured = comparison.measured; measured.has_value()) {
    note["measured"] = {{"trained", measured->trained},
                        {"serving", measured->serving},
                        {"customers", measured->customers},
                        {"since_microseconds", absl::ToUnixMicros(measured->since)},
                        {"by_recipe", measured->by_recipe}};
  }
  return note;
}

// Throws what nlohmann throws where the JSON is of another shape.
Publication PublicationOf(const json& note) {
  Publication publication;
  publication.model_id = note.at("model").get<std::string>();
  publication.outcome = static_cast<PublicationOutcome>(note.at("outcome").get<int>());
  publication.reason = note.at("reason").get<std::string>();
  publication.comparison.serving_id = note.at("serving").get<std::string>();
  publication.comparison.obstacle = note.at("obstacle").get<std::string>();
  if (const auto found = note.find("measured"); found != note.end()) {
    publication.comparison.measured = MeasuredPair{
        .trained = found->at("trained").get<double>(),
        .serving = found->at("serving").get<double>(),
        .customers = found->at("customers").get<std::int64_t>(),
        .since = absl::FromUnixMicros(found->at("since_microseconds").get<std::int64_t>()),
        .by_recipe = found->at("by_recipe").get<bool>()};
  }
  return publication;
}

std::optional<TrainingReport> ReadNote(const fs::path& file, absl::string_view training) try {
  std::ifstream stream(file);
  if (!stream) return std::nullopt;
  const json note = json::parse(stream);
  TrainingReport report;
  report.training = note.at("training").get<std::string>();
  if (report.training != training) return std::nullopt;
  report.model_id = note.at("model").get<std::string>();
  report.interaction_count = note.at("interaction_count").get<std::int64_t>();
  for (const auto& [name, value] : note.at("metrics").items()) {
    if (value.is_number()) report.metrics[name] = value.get<double>();
  }
  for (const json& one : note.at("publications")) {
    report.publications.push_back(PublicationOf(one));
  }
  return report;
} catch (const std::exception&) {
  return std::nullopt;
}

std::optional<TrainingReport> FindIn(const fs::path& versions, absl::string_view training) {
  std::error_code error;
  for (fs::directory_iterator entry(versions, error), end; !error && entry != end;
       entry.increment(error)) {
    if (!inference::ParseVersion(entry->path().filename().string()).has_value()) continue;
    if (auto report = ReadNote(entry->path() / kTrainingNoteFile, training); report.has_value()) {
      return report;
    }
  }
  return std::nullopt;
}

}  // namespace

inference::BundleFile NoteOf(const TrainingReport& report) {
  json publications = json::array();
  for (const Publication& one : report.publications) publications.push_back(ToJson(one));
  return {kTrainingNoteFile, json{{"training", report.training},
                                  {"model", report.model_id},
                                  {"interaction_count", report.interaction_count},
                                  {"metrics", report.metrics},
                                  {"publications", std::move(publications)}}
                                 .dump(1)};
}

std::optional<TrainingReport> FindNote(const fs::path& model_dir, absl::string_view bundle,
                                       absl::string_view training) {
  if (training.empty()) return std::nullopt;
  const std::string name(bundle);
  std::optional<TrainingReport> report = FindIn(model_dir / name, training);
  if (report.has_value()) return report;
  return FindIn(model_dir / inference::kKeptAsideFolder / name, training);
}

}  // namespace clientele::recommend

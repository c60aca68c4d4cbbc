#include "services/recommend-service/store/experiments/experiment_codec.h"

#include <cstdint>

#include <nlohmann/json.hpp>

namespace clientele::recommend {
namespace {

absl::Status UnreadableExperiment() {
  return absl::DataLossError("a stored experiment or result cannot be read");
}

}  // namespace

std::string EncodeExperiment(const Experiment& experiment) {
  using Json = nlohmann::json;
  Json variants = Json::array();
  for (const Variant& variant : experiment.variants) {
    variants.push_back({{"id", variant.id},
                        {"weight", variant.weight},
                        {"method", static_cast<int>(variant.method)}});
  }
  Json json{{"id", experiment.id},
            {"display_name", experiment.display_name},
            {"variants", std::move(variants)},
            {"goal", static_cast<int>(experiment.goal)},
            {"conversion_days", experiment.conversion_days},
            {"error_rate", experiment.error_rate},
            {"planned_exposures", experiment.planned_exposures},
            {"create_time_us", absl::ToUnixMicros(experiment.create_time)}};
  if (experiment.stop_time.has_value()) {
    json["stop_time_us"] = absl::ToUnixMicros(*experiment.stop_time);
  }
  return json.dump();
}

absl::StatusOr<Experiment> DecodeExperiment(absl::string_view text) {
  using Json = nlohmann::json;
  try {
    const Json json = Json::parse(text.begin(), text.end());
    Experiment experiment;
    experiment.id = json.at("id").get<std::string>();
    experiment.display_name = json.at("display_name").get<std::string>();
    for (const Json& variant : json.at("variants")) {
      experiment.variants.push_back({variant.at("id").get<std::string>(),
                                     variant.at("weight").get<int>(),
                                     static_cast<Method>(variant.at("method").get<int>())});
    }
    if (experiment.variants.empty()) return UnreadableExperiment();
    experiment.goal = static_cast<FeedbackType>(json.at("goal").get<int>());
    experiment.conversion_days = json.at("conversion_days").get<int>();
    experiment.error_rate = json.at("error_rate").get<double>();
    experiment.planned_exposures = json.at("planned_exposures").get<std::int64_t>();
    experiment.create_time = absl::FromUnixMicros(json.at("create_time_us").get<std::int64_t>());
    if (json.contains("stop_time_us")) {
      experiment.stop_time = absl::FromUnixMicros(json.at("stop_time_us").get<std::int64_t>());
    }
    return experiment;
  } catch (const Json::exception&) {
    return UnreadableExperiment();
  }
}

std::string EncodeFeedbackRecorded(const FeedbackRecorded& recorded) {
  return nlohmann::json{{"created", recorded.created},
                        {"duplicates", recorded.duplicates},
                        {"unknown", recorded.unknown}}
      .dump();
}

absl::StatusOr<FeedbackRecorded> DecodeFeedbackRecorded(absl::string_view text) {
  try {
    const nlohmann::json json = nlohmann::json::parse(text.begin(), text.end());
    return FeedbackRecorded{json.at("created").get<std::int64_t>(),
                            json.at("duplicates").get<std::int64_t>(),
                            json.at("unknown").get<std::int64_t>()};
  } catch (const nlohmann::json::exception&) {
    return UnreadableExperiment();
  }
}

}  // namespace clientele::recommend

#include "services/recommend-service/store/training/training_codec.h"

#include <cstdint>
#include <functional>
#include <map>

#include <nlohmann/json.hpp>

namespace clientele::recommend {
namespace {

using Json = nlohmann::json;

template <class T>
absl::StatusOr<T> Decode(absl::string_view text, const std::function<T(const Json&)>& read) {
  try {
    return read(Json::parse(text.begin(), text.end()));
  } catch (const Json::exception&) {
    return absl::DataLossError("a stored training operation cannot be read");
  }
}

}  // namespace

std::string EncodeTrainingOptions(const TrainingOptions& options) {
  return Json{{"factors", options.factors}, {"epochs", options.epochs}, {"seed", options.seed}}
      .dump();
}

absl::StatusOr<TrainingOptions> DecodeTrainingOptions(absl::string_view text) {
  return Decode<TrainingOptions>(text, [](const Json& json) {
    return TrainingOptions{json.at("factors").get<int>(), json.at("epochs").get<int>(),
                           json.at("seed").get<std::int64_t>()};
  });
}

std::string EncodeTrainingMetadata(const TrainingMetadata& metadata) {
  Json json{{"epoch", metadata.epoch}, {"epochs", metadata.epochs}};
  if (metadata.start_time != absl::InfinitePast()) {
    json["start_time_us"] = absl::ToUnixMicros(metadata.start_time);
  }
  return json.dump();
}

absl::StatusOr<TrainingMetadata> DecodeTrainingMetadata(absl::string_view text) {
  return Decode<TrainingMetadata>(text, [](const Json& json) {
    TrainingMetadata metadata{json.at("epoch").get<int>(), json.at("epochs").get<int>()};
    if (json.contains("start_time_us")) {
      metadata.start_time = absl::FromUnixMicros(json.at("start_time_us").get<std::int64_t>());
    }
    return metadata;
  });
}

std::string EncodeTrainingReport(const TrainingReport& report) {
  return Json{{"model", report.model_id},
              {"rmse", report.rmse},
              {"interaction_count", report.interaction_count},
              {"metrics", report.metrics}}
      .dump();
}

absl::StatusOr<TrainingReport> DecodeTrainingReport(absl::string_view text) {
  return Decode<TrainingReport>(text, [](const Json& json) {
    return TrainingReport{json.at("model").get<std::string>(), json.at("rmse").get<double>(),
                          json.at("interaction_count").get<std::int64_t>(),
                          json.at("metrics").get<std::map<std::string, double>>()};
  });
}

}  // namespace clientele::recommend

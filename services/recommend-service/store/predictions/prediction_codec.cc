#include "services/recommend-service/store/predictions/prediction_codec.h"

#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace clientele::recommend {
namespace {

using PredictionJson = nlohmann::json;

absl::Status UnreadablePrediction() {
  return absl::DataLossError("a stored prediction cannot be read");
}

// Each is a double of the same value, which JSON keeps; what is not finite is null.
PredictionJson FloatsToJson(const std::vector<float>& values) {
  PredictionJson json = PredictionJson::array();
  for (const float value : values) json.push_back(static_cast<double>(value));
  return json;
}

std::vector<float> FloatsFromJson(const PredictionJson& json) {
  std::vector<float> values;
  values.reserve(json.size());
  for (const PredictionJson& value : json) {
    values.push_back(value.is_null() ? std::numeric_limits<float>::quiet_NaN()
                                     : static_cast<float>(value.get<double>()));
  }
  return values;
}

PredictionJson ItemToJson(const std::string& id, double score, const ItemInputs& inputs) {
  PredictionJson json{{"id", id}, {"score", score}};
  if (!inputs.features.empty()) json["features"] = FloatsToJson(inputs.features);
  for (const SourceRank& one : inputs.ranks) json["ranks"][one.source] = one.rank;
  if (inputs.estimate.has_value()) {
    json["estimate"] = {{"factors", FloatsToJson(inputs.estimate->factors)},
                        {"bias", static_cast<double>(inputs.estimate->bias)}};
  }
  return json;
}

ItemInputs ItemFromJson(const PredictionJson& json) {
  ItemInputs inputs;
  if (json.contains("features")) inputs.features = FloatsFromJson(json.at("features"));
  if (json.contains("ranks")) {
    for (const auto& [source, rank] : json.at("ranks").items()) {
      inputs.ranks.push_back({source, rank.get<int>()});
    }
  }
  if (json.contains("estimate")) {
    const PredictionJson& estimate = json.at("estimate");
    inputs.estimate = {FloatsFromJson(estimate.at("factors")),
                       static_cast<float>(estimate.at("bias").get<double>())};
  }
  return inputs;
}

}  // namespace

std::string EncodePrediction(const Prediction& prediction) {
  PredictionJson items = PredictionJson::array();
  for (std::size_t at = 0; at < prediction.item_ids.size(); ++at) {
    items.push_back(
        ItemToJson(prediction.item_ids[at], prediction.scores[at], prediction.inputs.items[at]));
  }
  return PredictionJson{{"strategy", static_cast<int>(prediction.strategy)},
                        {"models", prediction.models},
                        {"factors", FloatsToJson(prediction.inputs.factors)},
                        {"bias", static_cast<double>(prediction.inputs.bias)},
                        {"training_id", prediction.inputs.training_id},
                        {"sequence", prediction.inputs.sequence},
                        {"items", std::move(items)}}
      .dump();
}

absl::StatusOr<Prediction> DecodePrediction(absl::string_view text) {
  try {
    const PredictionJson json = PredictionJson::parse(text.begin(), text.end());
    Prediction prediction;
    const int strategy = json.at("strategy").get<int>();
    if (strategy < 0 || strategy > static_cast<int>(Strategy::kSequence)) {
      return UnreadablePrediction();
    }
    prediction.strategy = static_cast<Strategy>(strategy);
    prediction.models = json.at("models").get<std::vector<std::string>>();
    prediction.inputs.factors = FloatsFromJson(json.at("factors"));
    prediction.inputs.bias = static_cast<float>(json.at("bias").get<double>());
    prediction.inputs.training_id = json.at("training_id").get<std::string>();
    // Older ones have none.
    prediction.inputs.sequence = json.value("sequence", std::vector<std::string>());
    for (const PredictionJson& item : json.at("items")) {
      prediction.item_ids.push_back(item.at("id").get<std::string>());
      prediction.scores.push_back(item.at("score").get<double>());
      prediction.inputs.items.push_back(ItemFromJson(item));
    }
    return prediction;
  } catch (const PredictionJson::exception&) {
    return UnreadablePrediction();
  }
}

}  // namespace clientele::recommend

#include "common/frame/transformation.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"

namespace clientele::frame {
namespace {

constexpr int kVersion = 1;
// By the index of a feature's encoder in its variant.
constexpr const char* kEncodingNames[] = {"vocabulary", "bins", "scaled"};

absl::Status WrongFeature(std::size_t at, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("feature ", at, " of the transformation: ", why));
}

}  // namespace

absl::StatusOr<Transformation> Transformation::Learn(const Frame& training,
                                                     const std::vector<FeaturePlan>& plans) {
  Transformation learned;
  for (const FeaturePlan& plan : plans) {
    if (plan.encoding == Encoding::kVocabulary) {
      CLIENTELE_ASSIGN_OR_RETURN(const CategoricalColumn* column,
                                 training.Categorical(plan.column));
      learned.features_.push_back({plan.column, Vocabulary::Learn(*column, plan.vocabulary)});
      continue;
    }
    CLIENTELE_ASSIGN_OR_RETURN(const NumericColumn* column, training.Numeric(plan.column));
    if (plan.encoding == Encoding::kBins) {
      learned.features_.push_back({plan.column, Binner::Learn(*column, plan.bins)});
    } else {
      learned.features_.push_back({plan.column, Scaler::Learn(*column, plan.scaler)});
    }
  }
  return learned;
}

absl::StatusOr<Encoded> Transformation::Apply(const Frame& frame) const {
  Encoded encoded;
  encoded.rows = frame.rows();
  const std::size_t index_width = index_sizes().size();
  const std::size_t number_width = number_count();
  encoded.indices.resize(encoded.rows * index_width);
  encoded.numbers.resize(encoded.rows * number_width);
  std::size_t index_at = 0;
  std::size_t number_at = 0;
  const auto place_indices = [&](const std::vector<std::int32_t>& indices) {
    for (std::size_t row = 0; row < indices.size(); ++row) {
      encoded.indices[row * index_width + index_at] = indices[row];
    }
    ++index_at;
  };
  for (const Feature& feature : features_) {
    if (const auto* vocabulary = std::get_if<Vocabulary>(&feature.encoder)) {
      CLIENTELE_ASSIGN_OR_RETURN(const CategoricalColumn* column,
                                 frame.Categorical(feature.column));
      place_indices(vocabulary->Encode(*column));
      continue;
    }
    CLIENTELE_ASSIGN_OR_RETURN(const NumericColumn* column, frame.Numeric(feature.column));
    if (const auto* binner = std::get_if<Binner>(&feature.encoder)) {
      place_indices(binner->Encode(*column));
      continue;
    }
    const Scaler& scaler = std::get<Scaler>(feature.encoder);
    for (std::size_t row = 0; row < encoded.rows; ++row) {
      encoded.numbers[row * number_width + number_at] =
          static_cast<float>(scaler.Scale(column->values[row]));
    }
    ++number_at;
  }
  return encoded;
}

std::vector<std::int32_t> Transformation::index_sizes() const {
  std::vector<std::int32_t> sizes;
  for (const Feature& feature : features_) {
    if (const auto* vocabulary = std::get_if<Vocabulary>(&feature.encoder)) {
      sizes.push_back(vocabulary->size());
    } else if (const auto* binner = std::get_if<Binner>(&feature.encoder)) {
      sizes.push_back(binner->size());
    }
  }
  return sizes;
}

std::size_t Transformation::number_count() const {
  return static_cast<std::size_t>(std::count_if(
      features_.begin(), features_.end(),
      [](const Feature& feature) { return std::holds_alternative<Scaler>(feature.encoder); }));
}

Schema Transformation::schema() const {
  Schema schema;
  for (const Feature& feature : features_) {
    const Field field{feature.column, std::holds_alternative<Vocabulary>(feature.encoder)
                                          ? ColumnType::kCategorical
                                          : ColumnType::kNumeric};
    if (std::find(schema.begin(), schema.end(), field) == schema.end()) schema.push_back(field);
  }
  return schema;
}

nlohmann::json Transformation::ToJson() const {
  nlohmann::json features = nlohmann::json::array();
  for (const Feature& feature : features_) {
    features.push_back({{"column", feature.column},
                        {"encoding", kEncodingNames[feature.encoder.index()]},
                        {"state", std::visit([](const auto& encoder) { return encoder.ToJson(); },
                                             feature.encoder)}});
  }
  return {{"version", kVersion}, {"features", std::move(features)}};
}

absl::StatusOr<Transformation> Transformation::FromJson(const nlohmann::json& json) {
  if (!json.is_object() || !json.contains("version") || json["version"] != kVersion) {
    return absl::InvalidArgumentError(
        absl::StrCat("the transformation is not of version ", kVersion));
  }
  if (!json.contains("features") || !json["features"].is_array()) {
    return absl::InvalidArgumentError("the transformation has no list of features");
  }
  Transformation transformation;
  for (const nlohmann::json& feature : json["features"]) {
    const std::size_t at = transformation.features_.size();
    const auto text = [&](const char* name) {
      return feature.is_object() && feature.contains(name) && feature[name].is_string()
                 ? feature[name].get<std::string>()
                 : std::string();
    };
    const std::string column = text("column");
    const std::string encoding = text("encoding");
    if (column.empty() || !feature.contains("state")) {
      return WrongFeature(at, "column and state must be there");
    }
    const auto add = [&](auto encoder) {
      if (!encoder.ok()) return WrongFeature(at, encoder.status().message());
      transformation.features_.push_back({column, *std::move(encoder)});
      return absl::OkStatus();
    };
    if (encoding == kEncodingNames[0]) {
      CLIENTELE_RETURN_IF_ERROR(add(Vocabulary::FromJson(feature["state"])));
    } else if (encoding == kEncodingNames[1]) {
      CLIENTELE_RETURN_IF_ERROR(add(Binner::FromJson(feature["state"])));
    } else if (encoding == kEncodingNames[2]) {
      CLIENTELE_RETURN_IF_ERROR(add(Scaler::FromJson(feature["state"])));
    } else {
      return WrongFeature(at, "the encoding must be vocabulary, bins or scaled");
    }
  }
  return transformation;
}

}  // namespace clientele::frame

#include "services/qa-service/core/answering/confidence_settings.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace clientele::qa {
namespace {

constexpr char kConfidencePrefix[] = "confidence.";
constexpr char kBias[] = "confidence.bias";
constexpr char kMinimum[] = "confidence.minimum";

}  // namespace

std::map<std::string, std::string> ConfidenceSettings(const FittedConfidence& fitted) {
  const auto number = [](double value) { return absl::StrFormat("%.6g", value); };
  std::map<std::string, std::string> settings = {{kBias, number(fitted.weights.bias)},
                                                 {kMinimum, number(fitted.min_confidence)}};
  for (const NamedFeature& feature : kNamedFeatures) {
    settings[absl::StrCat(kConfidencePrefix, feature.name)] =
        number(fitted.weights.of.*feature.value);
  }
  return settings;
}

std::optional<FittedConfidence> ConfidenceOf(const std::map<std::string, double>& numbers) {
  bool complete = true;
  const auto read = [&](const std::string& name) {
    const auto found = numbers.find(name);
    complete = complete && found != numbers.end();
    return found == numbers.end() ? 0 : found->second;
  };
  FittedConfidence fitted;
  fitted.weights.bias = read(kBias);
  fitted.min_confidence = read(kMinimum);
  for (const NamedFeature& feature : kNamedFeatures) {
    fitted.weights.of.*feature.value = read(absl::StrCat(kConfidencePrefix, feature.name));
  }
  complete = complete && fitted.min_confidence >= 0 && fitted.min_confidence <= 1;
  if (!complete) return std::nullopt;
  return fitted;
}

}  // namespace clientele::qa

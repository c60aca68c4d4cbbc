#include "services/qa-service/core/answering/confidence_settings.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace clientele::qa {
namespace {

constexpr char kConfidencePrefix[] = "confidence.";
constexpr char kBias[] = "confidence.bias";
constexpr char kMinimum[] = "confidence.minimum";
constexpr char kOrderRank[] = "confidence.order.rank";
constexpr char kOrderReading[] = "confidence.order.reading";

}  // namespace

std::map<std::string, std::string> ConfidenceSettings(const FittedConfidence& fitted) {
  std::map<std::string, std::string> settings;
  const auto write = [&](const std::string& name, double value) {
    settings[name] = absl::StrFormat("%.6g", value);
  };
  write(kBias, fitted.weights.bias);
  write(kMinimum, fitted.min_confidence);
  bool judged = false;
  for (const NamedFeature& feature : kNamedFeatures) {
    const double weight = fitted.weights.of.*feature.value;
    if (feature.judged && weight == 0) continue;
    judged = judged || feature.judged;
    write(absl::StrCat(kConfidencePrefix, feature.name), weight);
  }
  if (judged) {
    write(kOrderRank, fitted.order.rank);
    write(kOrderReading, fitted.order.reading);
  }
  return settings;
}

std::optional<FittedConfidence> ConfidenceOf(const std::map<std::string, double>& numbers) {
  bool complete = true;
  const auto read = [&](const std::string& name, bool needed, double& number) {
    const auto found = numbers.find(name);
    complete = complete && (found != numbers.end() || !needed);
    if (found != numbers.end()) number = found->second;
  };
  FittedConfidence fitted;
  read(kBias, true, fitted.weights.bias);
  read(kMinimum, true, fitted.min_confidence);
  for (const NamedFeature& feature : kNamedFeatures) {
    read(absl::StrCat(kConfidencePrefix, feature.name), !feature.judged,
         fitted.weights.of.*feature.value);
  }
  read(kOrderRank, false, fitted.order.rank);
  read(kOrderReading, false, fitted.order.reading);
  complete = complete && fitted.min_confidence >= 0 && fitted.min_confidence <= 1;
  if (!complete) return std::nullopt;
  return fitted;
}

}  // namespace clientele::qa

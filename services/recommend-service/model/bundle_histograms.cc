#include "services/recommend-service/model/bundle_histograms.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "absl/status/status.h"

#include "common/status/status_macros.h"

namespace clientele::recommend {

absl::StatusOr<std::shared_ptr<const frame::FeatureHistograms>> ReadHistograms(
    const inference::LoadedModel& model, const std::vector<std::string>& features) {
  const absl::StatusOr<std::string> text = model.ReadFile(kHistogramsName);
  if (absl::IsNotFound(text.status())) return nullptr;
  CLIENTELE_RETURN_IF_ERROR(text.status());
  const nlohmann::json json = nlohmann::json::parse(*text, nullptr, /*allow_exceptions=*/false);
  CLIENTELE_ASSIGN_OR_RETURN(frame::FeatureHistograms histograms,
                             frame::FeatureHistograms::FromJson(json));
  if (histograms.features() != features) {
    return absl::InvalidArgumentError(
        "the bundle cannot be used: feature_histograms.json is of other features");
  }
  return std::make_shared<const frame::FeatureHistograms>(std::move(histograms));
}

}  // namespace clientele::recommend

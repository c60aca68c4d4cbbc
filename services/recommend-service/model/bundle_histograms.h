#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_MODEL_BUNDLE_HISTOGRAMS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_MODEL_BUNDLE_HISTOGRAMS_H_

// What a bundle says of the features that it was trained on: the file feature_histograms.json.
// Thread-safe. No torch here.

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "common/frame/histogram.h"
#include "common/inference/versions/loaded_model.h"

namespace clientele::recommend {

// Equals training/'s kHistogramsFile; model does not depend on training/.
inline constexpr char kHistogramsName[] = "feature_histograms.json";

// Null where the bundle has no such file. INVALID_ARGUMENT where it is not of these features.
absl::StatusOr<std::shared_ptr<const frame::FeatureHistograms>> ReadHistograms(
    const inference::LoadedModel& model, const std::vector<std::string>& features);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_MODEL_BUNDLE_HISTOGRAMS_H_

#include "services/profile-service/model/fuser_features.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/profiles/fuser_settings.h"

namespace clientele::profile {
namespace {

// Empty where the setting is not there.
std::vector<std::string> ListOf(const model::v1::Bundle& manifest, const char* setting) {
  const auto found = manifest.settings().find(setting);
  if (found == manifest.settings().end() || found->second.empty()) return {};
  return absl::StrSplit(found->second, ',');
}

std::string FieldOf(const char* setting) { return absl::StrCat("settings.", setting); }

absl::StatusOr<std::vector<BehaviorFeature>> NamedFeatures(const std::vector<std::string>& names) {
  std::vector<BehaviorFeature> order;
  for (const std::string& name : names) {
    const BehaviorFeatureInfo* const info = FindBehaviorFeature(name);
    if (info == nullptr) {
      return InvalidField(FieldOf(kFeatureNamesSetting),
                          absl::StrCat("this version computes no feature '", name, "'"));
    }
    if (std::find(order.begin(), order.end(), info->feature) != order.end()) {
      return InvalidField(FieldOf(kFeatureNamesSetting),
                          absl::StrCat("the feature '", name, "' is named twice"));
    }
    order.push_back(info->feature);
  }
  return order;
}

}  // namespace

absl::StatusOr<FuserFeatures> FuserFeaturesOf(const model::v1::Bundle& manifest) {
  // By the task's contract it is [rows, width].
  const std::int64_t width = manifest.inputs(0).shape(1);
  const std::vector<std::string> names = ListOf(manifest, kFeatureNamesSetting);
  FuserFeatures features;
  if (names.empty()) {
    const auto known = static_cast<std::int64_t>(kBehaviorFeatures);
    if (width < 1 || width > known) {
      return InvalidField("inputs[0].shape",
                          absl::StrCat("must be [-1, F] with F at most ", known,
                                       ": this version computes that many features of behavior"));
    }
    for (std::int64_t i = 0; i < width; ++i) {
      features.order.push_back(kBehaviorFeatureList[static_cast<std::size_t>(i)].feature);
    }
  } else {
    CLIENTELE_ASSIGN_OR_RETURN(features.order, NamedFeatures(names));
    if (static_cast<std::int64_t>(names.size()) != width) {
      return InvalidField("inputs[0].shape", absl::StrCat("must be [-1, ", names.size(),
                                                          "]: a feature for each name"));
    }
  }
  const std::vector<std::string> typical = ListOf(manifest, kTypicalSetting);
  if (typical.empty()) return features;
  if (typical.size() != features.order.size()) {
    return InvalidField(FieldOf(kTypicalSetting), "must have a number for each feature");
  }
  for (std::size_t i = 0; i < typical.size(); ++i) {
    float value = 0;
    if (!absl::SimpleAtof(typical[i], &value) || !std::isfinite(value)) {
      return InvalidField(FieldOf(kTypicalSetting),
                          absl::StrCat("'", typical[i], "' is no number"));
    }
    features.typical[features.order[i]] = value;
  }
  return features;
}

absl::StatusOr<std::vector<std::string>> FuserScoresOf(const model::v1::Bundle& manifest) {
  std::vector<std::string> names = ListOf(manifest, kScoresSetting);
  const std::int64_t columns = manifest.outputs_size() > 1 && manifest.outputs(1).shape_size() == 2
                                   ? manifest.outputs(1).shape(1)
                                   : 0;
  if (static_cast<std::int64_t>(names.size()) != columns) {
    return InvalidField(FieldOf(kScoresSetting),
                        "must name each column of the second output, which is [-1, S]");
  }
  return names;
}

}  // namespace clientele::profile

#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_MODEL_BUNDLE_SETTINGS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_MODEL_BUNDLE_SETTINGS_H_

// The settings by which bundles say how they were trained.

#include <cmath>
#include <string>
#include <type_traits>

#include "absl/strings/numbers.h"
#include "absl/time/time.h"

#include "common/inference/versions/loaded_model.h"

namespace clientele::recommend {

// Whether the settings have the number `name`.
template <typename Number>
bool ReadNumber(const model::v1::Bundle& manifest, const char* name, Number& value) {
  const auto found = manifest.settings().find(name);
  if (found == manifest.settings().end()) return false;
  if constexpr (std::is_floating_point_v<Number>) {
    return absl::SimpleAtod(found->second, &value) && std::isfinite(value);
  } else {
    return absl::SimpleAtoi(found->second, &value);
  }
}

// Whether they say until when it was trained, as RFC 3339 has it.
inline bool ReadTrainedUntil(const model::v1::Bundle& manifest, absl::Time& until) {
  const auto found = manifest.settings().find("trained_until");
  std::string ignored;
  return found != manifest.settings().end() &&
         absl::ParseTime(absl::RFC3339_full, found->second, &until, &ignored);
}

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_MODEL_BUNDLE_SETTINGS_H_

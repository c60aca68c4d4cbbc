#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_RECIPES_JSON_PLACES_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_RECIPES_JSON_PLACES_H_

// The texts at a place of a JSON document.
//
//   TextsAt(json, "data[].paragraphs[].context")   // of every paragraph of every article
//   TextsAt(json, "train[][0]")                    // of every entry the first
//
// Names are separated by dots; [] goes into every entry of a list, [N] into one. Pure, thread-safe.

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::qa {

// In the order of the document. INVALID_ARGUMENT for a place that is not written so, and where the
// document has something else there.
absl::StatusOr<std::vector<std::string>> TextsAt(const nlohmann::json& document,
                                                 absl::string_view place);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_RECIPES_JSON_PLACES_H_

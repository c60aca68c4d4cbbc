#ifndef CLIENTELE_COMMON_MODELING_TREES_UBJSON_H_
#define CLIENTELE_COMMON_MODELING_TREES_UBJSON_H_

#include <nlohmann/json.hpp>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::modeling {

// A UBJSON document (draft 12) that nests at most 32 deep. INVALID_ARGUMENT for another, and for
// one whose lists are said to be longer than its bytes, which would fill the memory.
absl::StatusOr<nlohmann::json> ParseUbjson(absl::string_view bytes);

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_TREES_UBJSON_H_

#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_MERGES_REASONS_CODEC_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_MERGES_REASONS_CODEC_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "services/profile-service/core/merges/match.h"

namespace clientele::profile {

// Reasons as JSON: [["email", "exact", 9.2], ...].
std::string EncodeReasons(const std::vector<MatchReason>& reasons);
// DATA_LOSS for anything that EncodeReasons did not make.
absl::StatusOr<std::vector<MatchReason>> DecodeReasons(absl::string_view encoded);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_MERGES_REASONS_CODEC_H_

#include "services/profile-service/store/merges/reasons_codec.h"

#include <nlohmann/json.hpp>

#include "common/status/error_details.h"

namespace clientele::profile {

std::string EncodeReasons(const std::vector<MatchReason>& reasons) {
  nlohmann::json json = nlohmann::json::array();
  for (const MatchReason& reason : reasons) {
    json.push_back({reason.field, reason.agreement, reason.weight});
  }
  // Attributes' keys may be any bytes.
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

absl::StatusOr<std::vector<MatchReason>> DecodeReasons(absl::string_view encoded) {
  const auto json =
      nlohmann::json::parse(encoded.begin(), encoded.end(), nullptr, /*allow_exceptions=*/false);
  std::vector<MatchReason> reasons;
  try {
    for (const auto& entry : json) {
      reasons.push_back({.field = entry.at(0), .agreement = entry.at(1), .weight = entry.at(2)});
    }
  } catch (const nlohmann::json::exception&) {
    return WithReason(absl::DataLossError("the reasons of a match cannot be read"),
                      reason::kDataLoss);
  }
  return reasons;
}

}  // namespace clientele::profile

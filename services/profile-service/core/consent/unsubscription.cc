#include "services/profile-service/core/consent/unsubscription.h"

#include "absl/strings/str_cat.h"

namespace clientele::profile {

std::optional<ConsentDecision> DecisionOf(const Event& event, absl::Time now) {
  if (event.type != EventType::kCampaignUnsubscribed || event.left_out != LeftOut::kNo) {
    return std::nullopt;
  }
  return ConsentDecision{.customer_id = event.customer_id,
                         .purpose = consent::Purpose::kMarketing,
                         .granted = false,
                         .decision_time = event.event_time,
                         .source = absl::StrCat("unsubscribed from campaign ", event.campaign_id),
                         .store_time = now};
}

}  // namespace clientele::profile

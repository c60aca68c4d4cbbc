#include "services/profile-service/core/changes/change.h"

namespace clientele::profile {

int64_t BytesOf(const Change& change) {
  // Names' prefixes, times, numbers and tags.
  constexpr int64_t kOverhead = 120;
  const Event& event = change.event;
  return kOverhead +
         static_cast<int64_t>(2 * change.customer_id.size() + change.survivor_id.size() +
                              change.segment_id.size() + event.event_id.size() +
                              event.item_id.size() + event.category.size() + event.text.size() +
                              event.channel.size() + event.device.size() + event.source.size() +
                              event.campaign_id.size() + event.coupon_id.size());
}

}  // namespace clientele::profile

#include "common/rpc/event_kind.h"

namespace clientele::rpc {

namespace v1 = ::clientele::profile::v1;
using changefeed::EventKind;

EventKind ToEventKind(v1::EventType type) {
  switch (type) {
    case v1::EVENT_TYPE_VIEW:
      return EventKind::kView;
    case v1::EVENT_TYPE_SEARCH:
      return EventKind::kSearch;
    case v1::EVENT_TYPE_CART:
      return EventKind::kCart;
    case v1::EVENT_TYPE_PURCHASE:
      return EventKind::kPurchase;
    case v1::EVENT_TYPE_RETURN:
      return EventKind::kReturn;
    case v1::EVENT_TYPE_MESSAGE:
      return EventKind::kMessage;
    case v1::EVENT_TYPE_SOCIAL:
      return EventKind::kSocial;
    case v1::EVENT_TYPE_RATING:
      return EventKind::kRating;
    case v1::EVENT_TYPE_DEVICE:
      return EventKind::kDevice;
    case v1::EVENT_TYPE_DISMISS:
      return EventKind::kDismiss;
    case v1::EVENT_TYPE_CAMPAIGN_SENT:
      return EventKind::kCampaignSent;
    case v1::EVENT_TYPE_CAMPAIGN_OPENED:
      return EventKind::kCampaignOpened;
    case v1::EVENT_TYPE_CAMPAIGN_CLICKED:
      return EventKind::kCampaignClicked;
    case v1::EVENT_TYPE_CAMPAIGN_UNSUBSCRIBED:
      return EventKind::kCampaignUnsubscribed;
    case v1::EVENT_TYPE_COUPON_ISSUED:
      return EventKind::kCouponIssued;
    case v1::EVENT_TYPE_COUPON_REDEEMED:
      return EventKind::kCouponRedeemed;
    default:
      return EventKind::kUnknown;
  }
}

}  // namespace clientele::rpc

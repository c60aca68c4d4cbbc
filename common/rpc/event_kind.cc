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
    default:
      return EventKind::kUnknown;
  }
}

}  // namespace clientele::rpc

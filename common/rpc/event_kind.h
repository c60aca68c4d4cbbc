#ifndef CLIENTELE_COMMON_RPC_EVENT_KIND_H_
#define CLIENTELE_COMMON_RPC_EVENT_KIND_H_

#include "clientele/profile/v1/profile_service.pb.h"

#include "common/changefeed/change.h"

namespace clientele::rpc {

// The one conversion from profile's event types, as messages of any service carry them.
// kUnknown for an unspecified type and for those of a newer profile-service. Pure.
changefeed::EventKind ToEventKind(profile::v1::EventType type);

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_EVENT_KIND_H_

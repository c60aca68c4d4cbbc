#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_RPC_PROFILE_CONVERSION_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_RPC_PROFILE_CONVERSION_H_

// Between the messages of clientele.profile.v1 and the domain. Pure, thread-safe.
// What a message cannot say in the domain's terms (a name of another form, a time
// out of range) becomes a value that the domain refuses, so that core reports all
// wrong fields together.

#include <vector>

#include "absl/strings/string_view.h"
#include "clientele/profile/v1/profile_service.pb.h"

#include "services/profile-service/core/changes/change_feed.h"
#include "services/profile-service/core/customers/customer.h"
#include "services/profile-service/core/events/event.h"
#include "services/profile-service/core/events/event_store.h"
#include "services/profile-service/core/profiles/overview.h"
#include "services/profile-service/core/profiles/profiles.h"

namespace clientele::profile {

// The id takes the place of customer.name.
Customer FromProto(const v1::Customer& proto, absl::string_view customer_id);
// The id is customer.name's.
Customer FromProto(const v1::Customer& proto);
v1::Customer ToProto(const Customer& customer);

std::vector<Event> FromProto(const google::protobuf::RepeatedPtrField<v1::Event>& protos);
v1::Event ToProto(Event event);

v1::BatchCreateEventsResponse ToProto(const EventBatchOutcome& outcome);
v1::StreamChangesResponse ToProto(ChangeMessage message);
v1::Profile ToProto(const Profile& profile);
v1::CustomerOverview ToProto(Overview overview);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_RPC_PROFILE_CONVERSION_H_

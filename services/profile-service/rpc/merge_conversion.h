#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_RPC_MERGE_CONVERSION_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_RPC_MERGE_CONVERSION_H_

// Between the messages about merges and matches and the domain. Pure, thread-safe.

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clientele/profile/v1/profile_service.pb.h"

#include "services/profile-service/core/merges/merge_store.h"

namespace clientele::profile {

// Customers' names of another form become ids that the domain refuses. INVALID_ARGUMENT for another
// form of a match's name.
absl::StatusOr<MergePlan> FromProto(const v1::MergeCustomersRequest& request);

// "merges/12" in `collection` "merges" is 12. INVALID_ARGUMENT about `field`.
absl::StatusOr<std::int64_t> NumberOf(absl::string_view name, absl::string_view collection,
                                      absl::string_view field);

v1::Merge ToProto(const Merge& merge);
v1::Match ToProto(const Match& match);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_RPC_MERGE_CONVERSION_H_

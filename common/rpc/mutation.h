#ifndef CLIENTELE_COMMON_RPC_MUTATION_H_
#define CLIENTELE_COMMON_RPC_MUTATION_H_

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

#include "common/executor/request_context.h"
#include "common/idempotency/mutation_id.h"

namespace clientele::rpc {

// What the idempotency ledger keys a mutation by.
//
//   CLIENTELE_ASSIGN_OR_RETURN(
//       const MutationId mutation,
//       MakeMutationId<v1::ProfileService>(context, "CreateCustomer", request));
//
// `request` has a string field request_id (without one: not idempotent), which is
// left out of the hash; the rest is hashed in deterministic serialization, so that
// the order of map entries does not matter. INVALID_ARGUMENT when request_id is
// longer than 64 bytes or not printable ASCII. Pure and thread-safe.
absl::StatusOr<MutationId> MakeMutationId(const RequestContext& context, absl::string_view method,
                                          const google::protobuf::Message& request);

// The same for a method of a generated gRPC service class.
template <typename Service>
absl::StatusOr<MutationId> MakeMutationId(const RequestContext& context, absl::string_view method,
                                          const google::protobuf::Message& request) {
  return MakeMutationId(context, absl::StrCat(Service::service_full_name(), "/", method), request);
}

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_MUTATION_H_

#ifndef CLIENTELE_COMMON_RPC_RESOURCE_NAME_H_
#define CLIENTELE_COMMON_RPC_RESOURCE_NAME_H_

// Resource names (AIP-122), such as "customers/42".
//
//   CLIENTELE_ASSIGN_OR_RETURN(std::string id,
//                              ParseResourceName("customers/{}", request.name(), "name"));
//   *response.mutable_name() = FormatResourceName("customers/{}", id);
//
// Pure and thread-safe.

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::rpc {

// The id in `name`, where `pattern` has one "{}". INVALID_ARGUMENT about `field`
// when the name has another shape or its id is not valid.
absl::StatusOr<std::string> ParseResourceName(absl::string_view pattern, absl::string_view name,
                                              absl::string_view field);

std::string FormatResourceName(absl::string_view pattern, absl::string_view id);

// The same for a resource within another one: `pattern` has two "{}", as in
// "customers/{}/media/{}".
absl::StatusOr<std::pair<std::string, std::string>> ParseNestedResourceName(
    absl::string_view pattern, absl::string_view name, absl::string_view field);

std::string FormatNestedResourceName(absl::string_view pattern, absl::string_view parent_id,
                                     absl::string_view id);

// An id is 1 to 64 of ASCII letters, digits, '.', '_' and '-'.
absl::Status CheckResourceId(absl::string_view id, absl::string_view field);

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_RESOURCE_NAME_H_

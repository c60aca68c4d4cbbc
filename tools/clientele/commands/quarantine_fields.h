#ifndef CLIENTELE_TOOLS_CLIENTELE_COMMANDS_QUARANTINE_FIELDS_H_
#define CLIENTELE_TOOLS_CLIENTELE_COMMANDS_QUARANTINE_FIELDS_H_

#include <string>

#include "absl/status/status.h"
#include "clientele/profile/v1/profile_service.pb.h"

namespace clientele::cli {

// Adds one change of an event to a request, as an operator types it: a field of Event and its
// value, which may be empty. Names of customers and items may be ids alone, types are in lower
// case, times RFC 3339 or "YYYY-MM-DD HH:MM:SS".
//
//   CLIENTELE_RETURN_IF_ERROR(SetEventField("currency_code=GBP", request));
//   CLIENTELE_RETURN_IF_ERROR(SetEventField("type=purchase", request));
//
// INVALID_ARGUMENT where it cannot be understood; whether the value is right the service says.
absl::Status SetEventField(const std::string& assignment,
                           profile::v1::UpdateQuarantinedEventRequest& request);

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_COMMANDS_QUARANTINE_FIELDS_H_

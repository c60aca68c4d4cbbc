#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_EVENT_TIME_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_EVENT_TIME_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace clientele::cli {

// With an empty format: RFC 3339, or "2009-12-01 07:45:00" or "2009-12-01", both
// UTC. Otherwise the format is absl::ParseTime's, UTC where it names no zone.
// INVALID_ARGUMENT for other text and for times before 1970. Thread-safe.
absl::StatusOr<absl::Time> ParseEventTime(absl::string_view text, const std::string& format);

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_EVENT_TIME_H_

#ifndef CLIENTELE_COMMON_POSTGRES_TIME_TEXT_H_
#define CLIENTELE_COMMON_POSTGRES_TIME_TEXT_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace clientele::postgres::internal {

// PostgreSQL's ISO text form of a timestamptz, in UTC with microseconds (rounded
// down): "2024-02-29 23:59:59.000001+00", "infinity", and " BC" before year 1.

void AppendTime(absl::Time time, std::string& out);

// Reads that form with any offset or none (UTC), and a date alone (midnight UTC).
std::optional<absl::Time> ParseTime(absl::string_view text);

}  // namespace clientele::postgres::internal

#endif  // CLIENTELE_COMMON_POSTGRES_TIME_TEXT_H_

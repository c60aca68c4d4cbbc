#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_EVENT_TIME_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_EVENT_TIME_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace clientele::cli {

struct TimeFormat {
  // Empty: what is unambiguous. "epoch", "epoch_ms", "epoch_us" (seconds, milliseconds or
  // microseconds since 1970), "epoch_days" (days since 1970, of the zone),
  // "excel" (days of a spreadsheet), or a format of absl::ParseTime.
  std::string format;
  // Of times that name none.
  absl::TimeZone zone = absl::UTCTimeZone();
};

// Without a format: year, month and day with "-" or "/", then hours and minutes, seconds and
// fractions as far as there are any, then "Z", "UTC", "GMT" or an offset such as "+02:00", "+0200"
// or "+02", with spaces or "T" between. INVALID_ARGUMENT for other text, with the flag that reads
// it, and for times before 1970. Thread-safe.
absl::StatusOr<absl::Time> ParseEventTime(absl::string_view text, const TimeFormat& format);

// "Europe/Berlin", "UTC" or an offset such as "+02:00"; INVALID_ARGUMENT for another name.
absl::StatusOr<absl::TimeZone> FindTimeZone(const std::string& name);

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_EVENT_TIME_H_

#include "tools/clientele/import/event_time.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace clientele::cli {

absl::StatusOr<absl::Time> ParseEventTime(absl::string_view text, const std::string& format) {
  text = absl::StripAsciiWhitespace(text);
  absl::Time time;
  bool parsed = false;
  if (!format.empty()) {
    parsed = absl::ParseTime(format, text, absl::UTCTimeZone(), &time, nullptr);
  } else {
    for (const char* known : {absl::RFC3339_full, "%Y-%m-%d%ET%H:%M:%E*S", "%Y-%m-%d %H:%M:%E*S",
                              "%Y-%m-%d %H:%M", "%Y-%m-%d"}) {
      parsed = absl::ParseTime(known, text, absl::UTCTimeZone(), &time, nullptr);
      if (parsed) break;
    }
  }
  if (!parsed) {
    return absl::InvalidArgumentError(absl::StrCat(
        "is not a time ", format.empty() ? "such as 2026-10-31T12:00:00Z or 2026-10-31 12:00:00"
                                         : absl::StrCat("of the format ", format)));
  }
  if (time < absl::UnixEpoch()) return absl::InvalidArgumentError("is before 1970");
  return time;
}

}  // namespace clientele::cli

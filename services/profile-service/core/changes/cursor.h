#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CHANGES_CURSOR_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CHANGES_CURSOR_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace clientele::profile {

// How far a follower has come: everything up to and including `seq` was seen, of the feed as it
// was numbered in `epoch`. Plain.
struct Cursor {
  std::string epoch;
  int64_t seq = 0;
  // When the change at `seq` was stored, to the microsecond: another time there means that the
  // numbers were given again, in a restored database. nullopt: not known.
  std::optional<absl::Time> change_time = std::nullopt;
  // Set: in a snapshot that was begun at `seq`, and read up to here; see ChangeStore.
  std::optional<std::string> snapshot_place = std::nullopt;
};

// The opaque text of a cursor.
std::string MakeCursor(const Cursor& cursor);
// INVALID_ARGUMENT about "cursor" for anything that MakeCursor did not make. A cursor of the
// first version, which had no epochs, has the epoch "".
absl::StatusOr<Cursor> ParseCursor(absl::string_view text);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CHANGES_CURSOR_H_

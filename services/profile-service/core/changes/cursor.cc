#include "services/profile-service/core/changes/cursor.h"

#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/status/error_details.h"

namespace clientele::profile {
namespace {

constexpr absl::string_view kChanges = "changes";
constexpr absl::string_view kSnapshot = "snapshot";

absl::Status NotACursor() {
  return InvalidField("cursor", "must come from StreamChangesResponse.cursor, or be empty");
}

// "changes/1/SEQ", or "changes/2/EPOCH/SEQ/MICROSECONDS", or the same as "snapshot/2" and then
// "/PLACE", which may hold anything.
std::optional<Cursor> ParsePlain(const std::string& plain) {
  const std::vector<std::string> parts = absl::StrSplit(plain, absl::MaxSplits('/', 5));
  Cursor cursor;
  if (parts.size() == 3 && parts[0] == kChanges && parts[1] == "1") {
    if (!absl::SimpleAtoi(parts[2], &cursor.seq) || cursor.seq < 0) return std::nullopt;
    return cursor;
  }
  const bool snapshot = parts.size() == 6 && parts[0] == kSnapshot;
  const bool changes = parts.size() == 5 && parts[0] == kChanges;
  if ((!snapshot && !changes) || parts[1] != "2" || parts[2].empty()) return std::nullopt;
  cursor.epoch = parts[2];
  if (!absl::SimpleAtoi(parts[3], &cursor.seq) || cursor.seq < 0) return std::nullopt;
  if (!parts[4].empty()) {
    int64_t microseconds = 0;
    if (!absl::SimpleAtoi(parts[4], &microseconds)) return std::nullopt;
    cursor.change_time = absl::FromUnixMicros(microseconds);
  }
  if (snapshot) cursor.snapshot_place = parts[5];
  return cursor;
}

}  // namespace

std::string MakeCursor(const Cursor& cursor) {
  const absl::string_view kind = cursor.snapshot_place ? kSnapshot : kChanges;
  std::string plain = absl::StrCat(kind, "/2/", cursor.epoch, "/", cursor.seq, "/");
  if (cursor.change_time) absl::StrAppend(&plain, absl::ToUnixMicros(*cursor.change_time));
  if (cursor.snapshot_place) absl::StrAppend(&plain, "/", *cursor.snapshot_place);
  return absl::WebSafeBase64Escape(plain);
}

absl::StatusOr<Cursor> ParseCursor(absl::string_view text) {
  std::string plain;
  if (!absl::WebSafeBase64Unescape(text, &plain)) return NotACursor();
  const std::optional<Cursor> cursor = ParsePlain(plain);
  if (!cursor) return NotACursor();
  // Written back and compared: one position has one cursor.
  if (!cursor->epoch.empty() && MakeCursor(*cursor) != text) return NotACursor();
  return *cursor;
}

}  // namespace clientele::profile

#include "services/profile-service/core/changes/change.h"

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "common/status/error_details.h"

namespace clientele::profile {
namespace {

constexpr absl::string_view kPrefix = "changes/1/";

}  // namespace

std::string MakeCursor(int64_t seq) {
  return absl::WebSafeBase64Escape(absl::StrCat(kPrefix, seq));
}

absl::StatusOr<int64_t> ParseCursor(absl::string_view cursor) {
  if (cursor.empty()) return 0;
  std::string plain;
  int64_t seq = 0;
  // Written back and compared: one position has one cursor.
  if (absl::WebSafeBase64Unescape(cursor, &plain) && absl::StartsWith(plain, kPrefix) &&
      absl::SimpleAtoi(absl::StripPrefix(plain, kPrefix), &seq) && seq >= 0 &&
      MakeCursor(seq) == std::string(cursor)) {
    return seq;
  }
  return InvalidField("cursor", "must come from StreamChangesResponse.cursor, or be empty");
}

}  // namespace clientele::profile

#include "services/profile-service/core/customers/page_token.h"

#include <cstdint>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/status/error_details.h"
#include "services/profile-service/core/customers/customer_validation.h"

namespace clientele::profile {
namespace {

absl::Status BadToken() {
  return InvalidField("page_token", "must come from the response before, of the same list");
}

}  // namespace

std::string CustomerPageToken(absl::string_view last_id) {
  return absl::WebSafeBase64Escape(absl::StrCat("c ", last_id));
}

absl::StatusOr<std::string> ParseCustomerPageToken(absl::string_view token) {
  if (token.empty()) return std::string();
  std::string plain;
  if (!absl::WebSafeBase64Unescape(token, &plain)) return BadToken();
  const std::vector<std::string> parts = absl::StrSplit(plain, ' ');
  if (parts.size() != 2 || parts[0] != "c" || !IsValidId(parts[1])) return BadToken();
  return parts[1];
}

std::string EventPageToken(absl::string_view customer_id, const EventPosition& last) {
  return absl::WebSafeBase64Escape(absl::StrCat("e ", customer_id, " ",
                                                absl::ToUnixMicros(last.event_time), " ",
                                                last.event_id, " ", last.customer_id));
}

absl::StatusOr<std::optional<EventPosition>> ParseEventPageToken(absl::string_view customer_id,
                                                                 absl::string_view token) {
  if (token.empty()) return std::optional<EventPosition>();
  std::string plain;
  if (!absl::WebSafeBase64Unescape(token, &plain)) return BadToken();
  const std::vector<std::string> parts = absl::StrSplit(plain, ' ');
  int64_t micros = 0;
  if (parts.size() != 5 || parts[0] != "e" || parts[1] != customer_id ||
      !absl::SimpleAtoi(parts[2], &micros) || micros < 0 || parts[3].empty()) {
    return BadToken();
  }
  return EventPosition{absl::FromUnixMicros(micros), parts[3], parts[4]};
}

std::string ConsentPageToken(absl::string_view customer_id, const ConsentPosition& last) {
  return absl::WebSafeBase64Escape(absl::StrCat(
      "d ", customer_id, " ", absl::ToUnixMicros(last.decision_time), " ", last.decision_id));
}

absl::StatusOr<std::optional<ConsentPosition>> ParseConsentPageToken(absl::string_view customer_id,
                                                                     absl::string_view token) {
  if (token.empty()) return std::optional<ConsentPosition>();
  std::string plain;
  if (!absl::WebSafeBase64Unescape(token, &plain)) return BadToken();
  const std::vector<std::string> parts = absl::StrSplit(plain, ' ');
  int64_t micros = 0;
  int64_t id = 0;
  if (parts.size() != 4 || parts[0] != "d" || parts[1] != customer_id ||
      !absl::SimpleAtoi(parts[2], &micros) || micros < 0 || !absl::SimpleAtoi(parts[3], &id)) {
    return BadToken();
  }
  return ConsentPosition{absl::FromUnixMicros(micros), id};
}

}  // namespace clientele::profile

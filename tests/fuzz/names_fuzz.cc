// Names, page tokens and cursors, which callers hand back: what is read is what would be written.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

#include "common/rpc/resource_name.h"
#include "common/status/error_details.h"
#include "services/profile-service/core/changes/cursor.h"
#include "services/profile-service/core/customers/page_token.h"
#include "services/qa-service/core/articles/page_token.h"
#include "tests/fuzz/require.h"

namespace {

using clientele::fuzz::Require;
namespace profile = clientele::profile;

template <class T>
bool IsReadOrRefused(const absl::StatusOr<T>& value) {
  if (value.ok()) return true;
  Require(absl::IsInvalidArgument(value.status()) &&
              clientele::GetFieldViolations(value.status()).size() == 1,
          "what is refused is one bad field");
  return false;
}

void CheckName(absl::string_view pattern, absl::string_view name) {
  const auto id = clientele::rpc::ParseResourceName(pattern, name, "name");
  if (!IsReadOrRefused(id)) return;
  Require(clientele::rpc::FormatResourceName(pattern, *id) == std::string(name),
          "a name is written as it was read");
  Require(clientele::rpc::CheckResourceId(*id, "id").ok(), "a name's id is one");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  for (const char* pattern : {"customers/{}", "customers/{}/profile", "items/{}/statistics"}) {
    CheckName(pattern, text);
  }
  const auto customer = profile::ParseCustomerPageToken(text);
  if (IsReadOrRefused(customer) && !text.empty()) {
    Require(*profile::ParseCustomerPageToken(profile::CustomerPageToken(*customer)) == *customer,
            "a customers' page goes on where it ended");
  }
  const auto event = profile::ParseEventPageToken("42", text);
  if (IsReadOrRefused(event) && event->has_value()) {
    const auto again = profile::ParseEventPageToken("42", profile::EventPageToken("42", **event));
    Require(again.ok() && (*again)->event_id == (*event)->event_id &&
                (*again)->event_time == (*event)->event_time,
            "an events' page goes on where it ended");
  }
  const auto article = clientele::qa::DecodePageToken(text);
  if (IsReadOrRefused(article) && !text.empty()) {
    Require(*clientele::qa::DecodePageToken(clientele::qa::EncodePageToken(*article)) == *article,
            "an articles' page goes on where it ended");
  }
  const auto cursor = profile::ParseCursor(text);
  if (IsReadOrRefused(cursor) && !cursor->epoch.empty()) {
    Require(profile::MakeCursor(*cursor) == std::string(text), "a cursor has one form");
  }
  return 0;
}

#include "services/qa-service/core/articles/page_token.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "common/status/error_details.h"
#include "services/qa-service/core/articles/article_rules.h"

namespace clientele::qa {
namespace {

constexpr char kAfter[] = "-after:";

}  // namespace

std::string EncodePageToken(absl::string_view last_id, absl::string_view collection) {
  return absl::WebSafeBase64Escape(absl::StrCat(collection, kAfter, last_id));
}

absl::StatusOr<std::string> DecodePageToken(absl::string_view token, absl::string_view collection) {
  if (token.empty()) return std::string();
  std::string plain;
  FieldViolations bad;
  if (token.size() <= 256 && absl::WebSafeBase64Unescape(token, &plain)) {
    absl::string_view id = plain;
    if (absl::ConsumePrefix(&id, absl::StrCat(collection, kAfter))) {
      CheckArticleId(id, "page_token", bad);
      if (bad.empty()) return std::string(id);
    }
  }
  return InvalidField("page_token", "must be a next_page_token of the same list, or empty");
}

}  // namespace clientele::qa

#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ARTICLES_PAGE_TOKEN_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ARTICLES_PAGE_TOKEN_H_

// The opaque token of a list ordered by id: it says behind which id the next page
// begins, so that it stays right while articles come and go.
//
// Pure functions, thread-safe.

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::qa {

// A token of one collection is none of another.
std::string EncodePageToken(absl::string_view last_id, absl::string_view collection = "articles");

// The id behind which to go on; "" for the empty token. INVALID_ARGUMENT about
// page_token for anything that EncodePageToken did not make.
absl::StatusOr<std::string> DecodePageToken(absl::string_view token,
                                            absl::string_view collection = "articles");

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ARTICLES_PAGE_TOKEN_H_

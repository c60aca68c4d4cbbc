#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_RESOURCE_ID_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_RESOURCE_ID_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::cli {

// A file's id as an id of the suite (1 to 64 of letters, digits, '.', '_', '-').
// An id that fits already stays as it is, unless it holds "_."; distinct ids never
// become one, and the same id always becomes the same:
//
//   "85123A", "gift_0001"   themselves
//   " 15056 BL "            "15056_.20BL": surrounding spaces go, other bytes become "_."
//                           and two hex digits
//   "a_.b"                  "a_.5f.b": so does '_' before '.'
//   longer than 64          its first 47 bytes, '-' and 16 hex digits of its SHA-256
//
// INVALID_ARGUMENT when nothing but spaces is there. Pure and thread-safe.
absl::StatusOr<std::string> EncodeResourceId(absl::string_view id);

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_RESOURCE_ID_H_

#include "tools/clientele/import/resource_reader.h"

#include "absl/strings/str_cat.h"

#include "tools/clientele/import/resource_id.h"

namespace clientele::cli {

absl::StatusOr<std::string> ResourceName(absl::string_view collection, absl::string_view field,
                                         absl::string_view text) {
  const absl::StatusOr<std::string> id = EncodeResourceId(text);
  if (!id.ok()) return absl::InvalidArgumentError(absl::StrCat(field, " ", id.status().message()));
  return absl::StrCat(collection, "/", *id);
}

}  // namespace clientele::cli

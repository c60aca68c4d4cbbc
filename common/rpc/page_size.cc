#include "common/rpc/page_size.h"

#include <algorithm>

#include "common/status/error_details.h"

namespace clientele::rpc {

absl::StatusOr<int> PageSize(int requested, int default_size, int max_size) {
  if (requested < 0) return InvalidField("page_size", "must not be negative");
  if (requested == 0) return default_size;
  return std::min(requested, max_size);
}

}  // namespace clientele::rpc

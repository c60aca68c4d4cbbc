#ifndef CLIENTELE_COMMON_RPC_PAGE_SIZE_H_
#define CLIENTELE_COMMON_RPC_PAGE_SIZE_H_

#include "absl/status/statusor.h"

namespace clientele::rpc {

// How many rows a page has (AIP-158): 0 means `default_size`, more than
// `max_size` means max_size, negative is INVALID_ARGUMENT about page_size.
absl::StatusOr<int> PageSize(int requested, int default_size = 50, int max_size = 1000);

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_PAGE_SIZE_H_

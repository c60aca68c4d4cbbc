#ifndef CLIENTELE_COMMON_MODELING_TREES_MODEL_FILE_H_
#define CLIENTELE_COMMON_MODELING_TREES_MODEL_FILE_H_

#include <filesystem>
#include <string>

#include "absl/status/statusor.h"

namespace clientele::modeling {

// The bytes of a file of at most 1 GiB. NOT_FOUND or INVALID_ARGUMENT, with the file's name; a
// Git LFS pointer is named as such.
absl::StatusOr<std::string> ReadModelFile(const std::filesystem::path& path);

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_TREES_MODEL_FILE_H_

#ifndef CLIENTELE_COMMON_MODELING_CHECKPOINT_JSON_FILE_H_
#define CLIENTELE_COMMON_MODELING_CHECKPOINT_JSON_FILE_H_

#include <filesystem>

#include <nlohmann/json.hpp>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::modeling {

// `text`, which nests at most 64 deep. INVALID_ARGUMENT with `name`.
absl::StatusOr<nlohmann::json> ParseJsonText(absl::string_view text, absl::string_view name);

// INVALID_ARGUMENT, with what to do, for what Git LFS leaves in the place of a file.
absl::Status RefuseLfsPointer(absl::string_view text, absl::string_view name);

// Reads a JSON file of at most 64 MiB that nests at most 64 deep. NOT_FOUND or INVALID_ARGUMENT,
// with the file's name.
absl::StatusOr<nlohmann::json> ReadJsonFile(const std::filesystem::path& path);

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_CHECKPOINT_JSON_FILE_H_

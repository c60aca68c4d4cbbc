#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_CHECKPOINT_JSON_FILE_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_CHECKPOINT_JSON_FILE_H_

#include <filesystem>

#include <nlohmann/json.hpp>

#include "absl/status/statusor.h"

namespace clientele::models {

// Reads a JSON file of at most 64 MiB that nests at most 64 deep. NOT_FOUND or INVALID_ARGUMENT, with the file's name.
absl::StatusOr<nlohmann::json> ReadJsonFile(const std::filesystem::path& path);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_CHECKPOINT_JSON_FILE_H_

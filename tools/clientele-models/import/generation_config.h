#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_IMPORT_GENERATION_CONFIG_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_IMPORT_GENERATION_CONFIG_H_

// How a checkpoint wants its text to be generated: generation_config.json.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "absl/status/statusor.h"

namespace clientele::models {

struct GenerationDefaults {
  // Of the bundle, in the names of deploy/models/CONTRACTS.md: lengths, rules of logits and
  // beams, as far as they differ from what is usual.
  std::map<std::string, std::string> settings;
  // Fields that change what the published implementation generates greedily or with beams, and
  // that nothing here follows.
  std::vector<std::string> not_followed;
};

// Reads it where `dir` has one; what it says about ends, padding and start replaces what
// `config`, the config.json, says. INVALID_ARGUMENT names the field.
absl::StatusOr<GenerationDefaults> ReadGenerationConfig(const std::filesystem::path& dir,
                                                        nlohmann::json& config);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_IMPORT_GENERATION_CONFIG_H_

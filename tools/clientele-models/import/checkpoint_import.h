#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_IMPORT_CHECKPOINT_IMPORT_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_IMPORT_CHECKPOINT_IMPORT_H_

// Turns a Hugging Face folder, or an architecture with random weights, into a bundle.
//
//   CLIENTELE_ASSIGN_OR_RETURN(
//       std::filesystem::path bundle,
//       ImportCheckpoint("minilm", {.out = "models", .name = "minilm", .version = "1"}));
//
// Functions are thread-safe.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "absl/status/statusor.h"

#include "common/crypto/signing.h"
#include "common/inference/bundle/precision.h"
#include "common/modeling/architectures/architecture.h"

namespace clientele::models {

struct ImportOptions {
  // <out>/<name>/<version> is made.
  std::filesystem::path out;
  std::string name;
  std::string version;
  // What is built, as far as config.json leaves it open. A sentence-transformers folder says its
  // pooling, steps, normalization, limits and prompts itself; each is overridden alone, by
  // `build.pool_modes` or a `build.pooling` that is specified, `normalize` and `build.max_tokens`.
  modeling::BuildOptions build = {.pooling = model::v1::POOLING_UNSPECIFIED};
  // Whether an encoder's vectors have unit length; nullopt: as the folder says, else not.
  std::optional<bool> normalize = std::nullopt;
  // How its linear layers compute by default: the bundle is checked in this precision.
  inference::Precision precision = inference::Precision::kFloat32;
  // For people: SPDX identifier and origin.
  std::string license = {};
  std::string source = {};
  // Gets a line for each wish of the checkpoint that is not followed. Borrowed; may be null.
  std::vector<std::string>* notes = nullptr;
  // Null writes no signature: services refuse the bundle until it is signed. Borrowed.
  const crypto::SigningKey* key = nullptr;
};

// Reads config.json, the weights and the tokenizer files of `dir`. Errors name the file and
// the field: NOT_FOUND (a file is missing), INVALID_ARGUMENT (a file is wrong, or two do not
// fit), ALREADY_EXISTS (that version). Nothing is left behind.
absl::StatusOr<std::filesystem::path> ImportCheckpoint(const std::filesystem::path& dir,
                                                       ImportOptions options);

// A model whose weights are published in another way: `config` is what its config.json would say,
// and `folder` holds the tokenizer's files.
absl::StatusOr<std::filesystem::path> ImportWeights(const nlohmann::json& config,
                                                    modeling::Weights& weights,
                                                    const std::filesystem::path& folder,
                                                    ImportOptions options);

// The family `architecture` with random weights; `config` is a config.json, whose absent
// fields take the family's defaults.
absl::StatusOr<std::filesystem::path> NewModel(const std::string& architecture,
                                               const std::filesystem::path& config,
                                               std::uint64_t seed, ImportOptions options);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_IMPORT_CHECKPOINT_IMPORT_H_

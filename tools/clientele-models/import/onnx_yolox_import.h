#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_IMPORT_ONNX_YOLOX_IMPORT_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_IMPORT_ONNX_YOLOX_IMPORT_H_

#include <filesystem>
#include <string>

#include "absl/status/statusor.h"

#include "common/crypto/signing.h"

namespace clientele::models {

struct YoloxImportOptions {
  std::filesystem::path file;
  // One class name a line; empty: COCO's 80.
  std::filesystem::path labels = {};
  std::filesystem::path out;  // model folder
  std::string name;
  std::string version;
  std::string license = {};
  std::string source = {};
  const crypto::SigningKey* key = nullptr;  // null: unsigned
};

// Makes an OBJECT_DETECTOR bundle of a published YOLOX in ONNX and returns its folder. Width, depth
// and classes are found from the weights, the side from the graph's input. INVALID_ARGUMENT names
// the file and what is wrong; ALREADY_EXISTS.
absl::StatusOr<std::filesystem::path> ImportYolox(const YoloxImportOptions& options);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_IMPORT_ONNX_YOLOX_IMPORT_H_

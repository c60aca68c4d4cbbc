#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_TREES_TREE_IMPORT_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_TREES_TREE_IMPORT_H_

#include <filesystem>
#include <string>

#include "absl/status/statusor.h"

#include "common/crypto/signing.h"

namespace clientele::models {

enum class TreeLibrary { kXgboost, kLightgbm };

struct TreeImportOptions {
  TreeLibrary library = TreeLibrary::kXgboost;
  std::filesystem::path file;
  std::filesystem::path out;  // model folder
  std::string name;
  std::string version;
  std::string license = {};
  std::string source = {};
  const crypto::SigningKey* key = nullptr;  // null: unsigned
};

// Makes a TABULAR bundle of a model file and returns its folder. INVALID_ARGUMENT names file, tree
// and field of what is wrong or not supported; ALREADY_EXISTS.
absl::StatusOr<std::filesystem::path> ImportTrees(const TreeImportOptions& options);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_TREES_TREE_IMPORT_H_

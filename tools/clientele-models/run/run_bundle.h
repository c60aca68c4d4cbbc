#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_RUN_RUN_BUNDLE_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_RUN_RUN_BUNDLE_H_

#include <filesystem>
#include <string>

#include "absl/status/status.h"

namespace clientele::models {

struct RunOptions {
  std::filesystem::path bundle;
  // safetensors files.
  std::filesystem::path inputs;
  std::filesystem::path outputs;
  // Empty: the reference method where the bundle has one, else the task's own.
  std::string method = {};
};

// Runs a method of a bundle on named tensors and writes its named outputs. Tensors of the
// input file that the method does not take are left alone; an absent `attention_mask` or
// `mask` is ones, absent `token_type_ids` or `segments` are zeros. No signature is checked.
// Errors name the file and the tensor.
absl::Status RunBundle(const RunOptions& options);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_RUN_RUN_BUNDLE_H_

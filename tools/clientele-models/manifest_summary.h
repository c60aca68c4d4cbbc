#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_MANIFEST_SUMMARY_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_MANIFEST_SUMMARY_H_

#include <filesystem>
#include <ostream>

#include "absl/status/status.h"

namespace clientele::models {

// Prints bundle.json of the folder for people: what the model is, its inputs and its outputs.
absl::Status PrintManifest(const std::filesystem::path& dir, std::ostream& out);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_MANIFEST_SUMMARY_H_

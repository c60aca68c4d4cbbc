#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_TRAINING_NEXT_VERSION_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_TRAINING_NEXT_VERSION_H_

#include <filesystem>
#include <string>

namespace clientele::models {

// One more than the newest version of a bundle that lies in `folder`, which need not be there.
std::string NextVersion(const std::filesystem::path& folder);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_TRAINING_NEXT_VERSION_H_

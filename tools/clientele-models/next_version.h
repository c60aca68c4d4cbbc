#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_NEXT_VERSION_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_NEXT_VERSION_H_

#include <filesystem>
#include <string>

namespace clientele::models {

// One more than the newest version in the folder <models>/<name>; "1" where there is none.
std::string NextVersion(const std::filesystem::path& folder);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_NEXT_VERSION_H_

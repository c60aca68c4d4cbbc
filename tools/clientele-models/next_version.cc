#include "tools/clientele-models/next_version.h"

#include <algorithm>
#include <cstdint>
#include <system_error>

#include "absl/strings/str_cat.h"

#include "common/inference/bundle/manifest.h"

namespace clientele::models {

std::string NextVersion(const std::filesystem::path& folder) {
  std::uint64_t newest = 0;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder, error);
       !error && it != std::filesystem::directory_iterator(); it.increment(error)) {
    const auto version = inference::ParseVersion(it->path().filename().string());
    if (version) newest = std::max(newest, static_cast<std::uint64_t>(*version));
  }
  return absl::StrCat(newest + 1);
}

}  // namespace clientele::models

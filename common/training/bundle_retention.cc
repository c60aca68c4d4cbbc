#include "common/training/bundle_retention.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/inference/bundle/manifest.h"
#include "common/inference/versions/version_labels.h"

namespace clientele::training {
namespace fs = std::filesystem;

absl::StatusOr<int> PruneBundleVersions(const fs::path& model_dir, absl::string_view name,
                                        std::size_t keep) {
  if (keep == 0) return 0;
  const fs::path parent = model_dir / std::string(name);
  const absl::StatusOr<inference::VersionLabels> labels = inference::ReadVersionLabels(parent);
  if (!labels.ok()) {
    return absl::FailedPreconditionError(
        "labels.json cannot be read: it may name versions that are to be kept");
  }
  std::vector<std::int64_t> versions;
  std::error_code error;
  for (fs::directory_iterator entry(parent, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string folder = entry->path().filename().string();
    if (const auto version = inference::ParseVersion(folder)) versions.push_back(*version);
  }
  if (error) return absl::InternalError("the model folder cannot be read");
  std::sort(versions.begin(), versions.end(), std::greater<>());
  int removed = 0;
  for (std::size_t i = std::max<std::size_t>(keep, 2); i < versions.size(); ++i) {
    const std::int64_t version = versions[i];
    if (labels->stable == version) continue;
    if (labels->canary.has_value() && labels->canary->version == version) continue;
    // Out of sight first; what is left of a process that died here goes with the bundle writer's
    // own staging folders.
    const fs::path hidden = parent / absl::StrCat(".", version, ".removed");
    fs::rename(parent / absl::StrCat(version), hidden, error);
    if (error) continue;  // another process was faster
    fs::remove_all(hidden, error);
    ++removed;
  }
  return removed;
}

}  // namespace clientele::training

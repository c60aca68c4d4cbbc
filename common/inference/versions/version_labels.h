#ifndef CLIENTELE_COMMON_INFERENCE_VERSIONS_VERSION_LABELS_H_
#define CLIENTELE_COMMON_INFERENCE_VERSIONS_VERSION_LABELS_H_

// What an operator wants of a model's versions: <model_dir>/<name>/labels.json.
//
//   {"stable": "3", "canary": {"version": "4", "share": 0.1}}
//
// Both members are optional. Without `stable` it is the newest good version that is not
// the canary; without `canary`, or without the file, all traffic is stable's.
//
// The file is not signed. It chooses among versions that are, and whoever may write it
// may also remove their folders.
//
// Pure but for ReadVersionLabels; thread-safe.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::inference {

inline constexpr absl::string_view kLabelsFile = "labels.json";

struct CanaryLabel {
  std::int64_t version = 0;
  double share = 0;  // of the traffic, 0 to 1

  bool operator==(const CanaryLabel&) const = default;
};

struct VersionLabels {
  std::optional<std::int64_t> stable = {};
  std::optional<CanaryLabel> canary = {};

  bool operator==(const VersionLabels&) const = default;
};

// INVALID_ARGUMENT names the member and what it must be. Unknown members, members given
// twice, and one version with both labels are errors.
absl::StatusOr<VersionLabels> ParseVersionLabels(absl::string_view json);

// Reads `folder`/labels.json; no labels where there is none. INVALID_ARGUMENT as above,
// or when the file is no regular file of at most 4 KiB; DATA_LOSS when it cannot be read.
absl::StatusOr<VersionLabels> ReadVersionLabels(const std::filesystem::path& folder);

// INVALID_ARGUMENT when a label names a version that is not among `versions`.
absl::Status CheckLabeled(const VersionLabels& labels, const std::vector<std::int64_t>& versions);

// `labels` without those whose version is not among `versions`.
VersionLabels LabelsAmong(VersionLabels labels, const std::vector<std::int64_t>& versions);

// The versions to try as stable, first choice first. `versions` are newest first; `serving`
// is stable now, 0 for none. A pinned version comes first; while it is not good, what
// serves goes on, else the newest. The canary is the last resort.
std::vector<std::int64_t> StableCandidates(const VersionLabels& labels,
                                           const std::vector<std::int64_t>& versions,
                                           std::int64_t serving);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_VERSIONS_VERSION_LABELS_H_

#ifndef CLIENTELE_COMMON_TRAINING_BUNDLE_RETENTION_H_
#define CLIENTELE_COMMON_TRAINING_BUNDLE_RETENTION_H_

// Removes old versions of a bundle from the model folder.
//
//   PruneBundleVersions(model_dir, "factorization", 10);

#include <cstddef>
#include <filesystem>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::training {

// Keeps the `keep` newest versions (at least 2: a service may still serve the one before the
// newest) and those that labels.json names; 0 keeps all. Returns how many were removed. A version
// disappears at once and whole. FAILED_PRECONDITION, and nothing is removed, while labels.json
// cannot be read; INTERNAL when the folder cannot be. Thread-safe, also among processes.
absl::StatusOr<int> PruneBundleVersions(const std::filesystem::path& model_dir,
                                        absl::string_view name, std::size_t keep);

}  // namespace clientele::training

#endif  // CLIENTELE_COMMON_TRAINING_BUNDLE_RETENTION_H_

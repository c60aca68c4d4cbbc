#ifndef CLIENTELE_COMMON_INFERENCE_BUNDLE_DURABLE_FILES_H_
#define CLIENTELE_COMMON_INFERENCE_BUNDLE_DURABLE_FILES_H_

// Files and names that are still there after the power fails: written into a folder of their own,
// flushed, then renamed.
//
//   CLIENTELE_RETURN_IF_ERROR(WriteDurably(staging / "model.pt", bytes));
//   CLIENTELE_RETURN_IF_ERROR(SyncFolder(staging));
//   std::filesystem::rename(staging, target, error);
//   CLIENTELE_RETURN_IF_ERROR(SyncFolder(target.parent_path()));
//
// Thread-safe.

#include <filesystem>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace clientele::inference {

// Writes a file anew and flushes it; missing folders are made. INTERNAL when the disk fails.
absl::Status WriteDurably(const std::filesystem::path& path, absl::string_view content);

// Flushes the names in a folder. INTERNAL when the disk fails.
absl::Status SyncFolder(const std::filesystem::path& dir);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_BUNDLE_DURABLE_FILES_H_

#ifndef CLIENTELE_COMMON_INFERENCE_VERSIONS_KEPT_ASIDE_H_
#define CLIENTELE_COMMON_INFERENCE_VERSIONS_KEPT_ASIDE_H_

// Bundles that were trained and not published: whole and signed, where no service looks for
// versions.
//
//   <model_dir>/.kept-aside/<name>/<version>/   the bundle, with its reason in kept_aside.txt
//
// Moving a version's folder to <model_dir>/<name>/ publishes it after all. They are written by
// common/training/bundle_publisher.h.
//
// Thread-safe. No torch here.

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace clientele::inference {

// In the model folder; no bundle's name begins with a dot.
inline constexpr char kKeptAsideFolder[] = ".kept-aside";
// In the bundle: why it was not published, one line of UTF-8.
inline constexpr char kKeptAsideFile[] = "kept_aside.txt";

struct KeptAside {
  std::string version;
  std::string reason;  // at most 1,000 bytes
};

// The versions of one bundle that are kept aside, newest first, at most `limit`; none where the
// folder cannot be read. Nothing of them but the reason is read.
std::vector<KeptAside> ListKeptAside(const std::filesystem::path& model_dir, absl::string_view name,
                                     std::size_t limit = 64);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_VERSIONS_KEPT_ASIDE_H_

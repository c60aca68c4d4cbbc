#include "common/inference/versions/kept_aside.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <functional>
#include <ios>
#include <system_error>

#include "absl/strings/str_cat.h"

#include "common/inference/bundle/manifest.h"

namespace clientele::inference {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kReasonBytes = 1000;

std::string ReadReason(const fs::path& file) {
  std::string reason(kReasonBytes, '\0');
  std::ifstream in(file, std::ios::binary);
  in.read(reason.data(), static_cast<std::streamsize>(reason.size()));
  reason.resize(static_cast<std::size_t>(in.gcount()));
  return reason;
}

}  // namespace

std::vector<KeptAside> ListKeptAside(const fs::path& model_dir, absl::string_view name,
                                     std::size_t limit) {
  const fs::path parent = model_dir / kKeptAsideFolder / std::string(name);
  std::vector<std::int64_t> versions;
  std::error_code error;
  for (fs::directory_iterator entry(parent, error), end; !error && entry != end;
       entry.increment(error)) {
    if (const auto version = ParseVersion(entry->path().filename().string())) {
      versions.push_back(*version);
    }
  }
  std::sort(versions.begin(), versions.end(), std::greater<>());
  versions.resize(std::min(versions.size(), limit));
  std::vector<KeptAside> kept;
  for (const std::int64_t version : versions) {
    const std::string folder = absl::StrCat(version);
    kept.push_back({folder, ReadReason(parent / folder / kKeptAsideFile)});
  }
  return kept;
}

}  // namespace clientele::inference

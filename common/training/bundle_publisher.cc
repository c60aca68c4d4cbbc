#include "common/training/bundle_publisher.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <system_error>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"

#include "common/inference/bundle/manifest.h"
#include "common/inference/versions/kept_aside.h"
#include "common/status/error_details.h"
#include "common/training/bundle_retention.h"

namespace clientele::training {
namespace fs = std::filesystem;
namespace {

// ".<version>.reserved": hidden from services, and removed by the bundle writer when it is old.
constexpr absl::string_view kReserved = ".reserved";

std::string ReservationOf(std::int64_t version) { return absl::StrCat(".", version, kReserved); }

std::optional<std::int64_t> VersionOf(const fs::path& path) {
  const std::string name = path.filename().string();
  absl::string_view version = name;
  if (absl::ConsumePrefix(&version, ".") && !absl::ConsumeSuffix(&version, kReserved)) {
    return std::nullopt;
  }
  return inference::ParseVersion(version);
}

}  // namespace

absl::StatusOr<std::string> BundlePublisher::ReserveVersion(absl::string_view name) const {
  if (!inference::IsBundleName(name)) {
    return InvalidField("name", "must be lower-case letters, digits, '-' and '_'");
  }
  std::int64_t version = 0;
  if (!absl::SimpleAtoi(absl::FormatTime("%Y%m%d%H%M%S", clock_->Now(), absl::UTCTimeZone()),
                        &version)) {
    return absl::InternalError("the clock gives no date");
  }
  const fs::path parent = model_dir_ / std::string(name);
  std::error_code error;
  fs::create_directories(parent, error);
  for (fs::directory_iterator entry(parent, error), end; !error && entry != end;
       entry.increment(error)) {
    if (const auto found = VersionOf(entry->path()); found.has_value()) {
      version = std::max(version, *found + 1);
    }
  }
  for (const inference::KeptAside& kept : inference::ListKeptAside(model_dir_, name, 1)) {
    version = std::max(version, inference::ParseVersion(kept.version).value_or(0) + 1);
  }
  // Making a folder succeeds for one alone. A version that was published since the listing has no
  // reservation any more.
  for (; !error; ++version) {
    const fs::path reservation = parent / ReservationOf(version);
    if (!fs::create_directory(reservation, error)) continue;
    if (!fs::exists(parent / absl::StrCat(version), error)) break;
    fs::remove(reservation, error);
  }
  if (error) {
    return WithReason(absl::InternalError("the model folder cannot be written"), reason::kInternal);
  }
  return absl::StrCat(name, "/", version);
}

absl::Status BundlePublisher::Publish(absl::string_view model_id, const torch::jit::Module& module,
                                      model::v1::Bundle manifest,
                                      const std::vector<inference::BundleFile>& files,
                                      const std::vector<at::Tensor>& golden_inputs) const {
  return Write(model_dir_, keep_versions_, model_id, module, std::move(manifest), files,
               golden_inputs);
}

absl::Status BundlePublisher::KeepAside(absl::string_view model_id, absl::string_view reason,
                                        const torch::jit::Module& module,
                                        model::v1::Bundle manifest,
                                        std::vector<inference::BundleFile> files,
                                        const std::vector<at::Tensor>& golden_inputs) const {
  files.push_back({inference::kKeptAsideFile, std::string(reason)});
  return Write(model_dir_ / inference::kKeptAsideFolder, kKeptAsideVersions, model_id, module,
               std::move(manifest), files, golden_inputs);
}

absl::Status BundlePublisher::Write(const fs::path& model_dir, std::size_t keep_versions,
                                    absl::string_view model_id, const torch::jit::Module& module,
                                    model::v1::Bundle manifest,
                                    const std::vector<inference::BundleFile>& files,
                                    const std::vector<at::Tensor>& golden_inputs) const {
  const std::pair<std::string, std::string> id = absl::StrSplit(model_id, absl::MaxSplits('/', 1));
  const std::optional<std::int64_t> version = inference::ParseVersion(id.second);
  if (!inference::IsBundleName(id.first) || !version.has_value()) {
    return InvalidField("model_id", "must be the bundle's name, '/' and its version");
  }
  manifest.set_name(id.first);
  manifest.set_version(id.second);
  absl::Status written = inference::WriteBundle({.model_dir = model_dir}, module,
                                                std::move(manifest), files, golden_inputs, key_)
                             .status();
  std::error_code ignored;
  fs::remove(model_dir_ / id.first / ReservationOf(*version), ignored);
  // What cannot be removed now is tried again after the next publication.
  if (written.ok()) {
    PruneBundleVersions(model_dir, id.first, keep_versions).status().IgnoreError();
  }
  return written;
}

}  // namespace clientele::training

#include "common/inference/versions/version_labels.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <set>
#include <string>
#include <utility>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"

#include "common/inference/bundle/manifest.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::inference {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxBytes = 4096;

bool Contains(const std::vector<std::int64_t>& versions, std::int64_t version) {
  return std::find(versions.begin(), versions.end(), version) != versions.end();
}

absl::StatusOr<std::int64_t> VersionOf(const Json& json, absl::string_view field) {
  std::optional<std::int64_t> version;
  if (json.is_string()) version = ParseVersion(json.get_ref<const std::string&>());
  if (!version) return InvalidField(field, "must be a version in quotes, such as \"4\"");
  return *version;
}

// INVALID_ARGUMENT unless `json` is an object without other members than `allowed`. What
// the file says is not repeated: it ends up in logs.
absl::Status CheckMembers(const Json& json, absl::string_view object,
                          const std::set<std::string>& allowed, absl::string_view wanted) {
  if (!json.is_object()) return InvalidField(object, absl::StrCat("must be ", wanted));
  for (const auto& [name, value] : json.items()) {
    if (!allowed.contains(name)) {
      return InvalidField(object, absl::StrCat("has an unknown member; must be ", wanted));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<CanaryLabel> CanaryOf(const Json& json) {
  CLIENTELE_RETURN_IF_ERROR(
      CheckMembers(json, "canary", {"version", "share"}, R"({"version": "4", "share": 0.1})"));
  CanaryLabel canary;
  CLIENTELE_ASSIGN_OR_RETURN(canary.version,
                             VersionOf(json.value("version", Json()), "canary.version"));
  const Json share = json.value("share", Json());
  if (share.is_number()) canary.share = share.get<double>();
  if (!share.is_number() || !(canary.share >= 0 && canary.share <= 1)) {
    return InvalidField("canary.share", "must be a number in [0, 1]");
  }
  return canary;
}

}  // namespace

absl::StatusOr<VersionLabels> ParseVersionLabels(absl::string_view json) {
  std::set<std::pair<int, std::string>> seen;
  bool twice = false;
  // Objects of one depth are one object, or have unknown members anyway.
  const auto note = [&](int depth, Json::parse_event_t event, Json& value) {
    if (event == Json::parse_event_t::key) {
      twice |= !seen.emplace(depth, value.get<std::string>()).second;
    }
    return true;
  };
  const Json root = Json::parse(json.begin(), json.end(), note, /*allow_exceptions=*/false);
  if (root.is_discarded()) return InvalidField(kLabelsFile, "must be JSON");
  if (twice) return InvalidField(kLabelsFile, "has a member twice");
  CLIENTELE_RETURN_IF_ERROR(CheckMembers(root, kLabelsFile, {"stable", "canary"},
                                         "an object with \"stable\", \"canary\" or both"));
  VersionLabels labels;
  if (root.contains("stable")) {
    CLIENTELE_ASSIGN_OR_RETURN(labels.stable, VersionOf(root["stable"], "stable"));
  }
  if (root.contains("canary")) {
    CLIENTELE_ASSIGN_OR_RETURN(labels.canary, CanaryOf(root["canary"]));
    if (labels.stable == labels.canary->version) {
      return InvalidField("canary.version", "must be another version than stable's");
    }
  }
  return labels;
}

absl::StatusOr<VersionLabels> ReadVersionLabels(const std::filesystem::path& folder) {
  // Not blocking: a pipe under this name must not hold up the models.
  const int file = ::open((folder / std::string(kLabelsFile)).c_str(),
                          O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file < 0 && errno == ENOENT) return VersionLabels{};
  const absl::Status unreadable = absl::DataLossError(absl::StrCat(kLabelsFile, " cannot be read"));
  if (file < 0) return unreadable;
  const absl::Cleanup close = [file] { ::close(file); };
  struct stat info {};
  if (::fstat(file, &info) != 0) return unreadable;
  if (!S_ISREG(info.st_mode)) return InvalidField(kLabelsFile, "must be a regular file");
  std::string json(kMaxBytes + 1, '\0');
  std::size_t size = 0;
  while (size < json.size()) {
    const ssize_t count = ::read(file, json.data() + size, json.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return unreadable;
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  if (size > kMaxBytes) {
    return InvalidField(kLabelsFile, absl::StrCat("must have at most ", kMaxBytes, " bytes"));
  }
  json.resize(size);
  return ParseVersionLabels(json);
}

absl::Status CheckLabeled(const VersionLabels& labels, const std::vector<std::int64_t>& versions) {
  if (labels.stable && !Contains(versions, *labels.stable)) {
    return InvalidField("stable", absl::StrCat("there is no version ", *labels.stable));
  }
  if (labels.canary && !Contains(versions, labels.canary->version)) {
    return InvalidField("canary.version",
                        absl::StrCat("there is no version ", labels.canary->version));
  }
  return absl::OkStatus();
}

VersionLabels LabelsAmong(VersionLabels labels, const std::vector<std::int64_t>& versions) {
  if (labels.stable && !Contains(versions, *labels.stable)) labels.stable.reset();
  if (labels.canary && !Contains(versions, labels.canary->version)) labels.canary.reset();
  return labels;
}

std::vector<std::int64_t> StableCandidates(const VersionLabels& labels,
                                           const std::vector<std::int64_t>& versions,
                                           std::int64_t serving) {
  std::vector<std::int64_t> candidates;
  const auto add = [&](std::int64_t version) {
    if (Contains(versions, version) && !Contains(candidates, version)) {
      candidates.push_back(version);
    }
  };
  if (labels.stable) {
    add(*labels.stable);
    add(serving);
  }
  for (const std::int64_t version : versions) {
    if (!labels.canary || version != labels.canary->version) add(version);
  }
  if (labels.canary) add(labels.canary->version);
  return candidates;
}

}  // namespace clientele::inference

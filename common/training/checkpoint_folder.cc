#include "common/training/checkpoint_folder.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <system_error>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

#include "common/crypto/digest.h"
#include "common/inference/bundle/durable_files.h"
#include "common/status/status_macros.h"

namespace clientele::training {
namespace fs = std::filesystem;
namespace {

// Lines of "<sha256> <name>"; the last one is of the lines before it.
constexpr absl::string_view kChecksums = "SHA256SUMS";
constexpr absl::string_view kStagingPrefix = ".checkpoint-";

bool IsFileName(absl::string_view name) {
  return !name.empty() && name[0] != '.' && name != kChecksums &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '-' ||
                  c == '_';
         });
}

std::optional<std::int64_t> StepOf(const fs::path& path) {
  const std::string name = path.filename().string();
  std::int64_t step = 0;
  if (!absl::SimpleAtoi(name, &step) || step < 0 || absl::StrCat(step) != name) return std::nullopt;
  return step;
}

// What is in the folder: steps, and the folders of writers that were killed.
struct Listing {
  std::vector<std::int64_t> steps;
  std::vector<fs::path> abandoned;
};

Listing List(const fs::path& folder) {
  Listing listing;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (const auto step = StepOf(it->path()); step.has_value()) listing.steps.push_back(*step);
    if (absl::StartsWith(it->path().filename().string(), kStagingPrefix)) {
      listing.abandoned.push_back(it->path());
    }
  }
  return listing;
}

absl::Status Damaged(const fs::path& checkpoint, absl::string_view why) {
  return absl::DataLossError(absl::StrCat("the checkpoint of step ", checkpoint.filename().string(),
                                          " is damaged: ", why));
}

std::optional<std::string> ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream content;
  content << in.rdbuf();
  if (!in) return std::nullopt;
  return std::move(content).str();
}

}  // namespace

absl::Status CheckpointFolder::Write(std::int64_t step, const CheckpointFiles& files) const {
  if (step < 0) return absl::InvalidArgumentError("a checkpoint's step must not be negative");
  std::string checksums;
  for (const auto& [name, content] : files) {
    if (!IsFileName(name)) {
      return absl::InvalidArgumentError(absl::StrCat("\"", name, "\" is no checkpoint's file"));
    }
    absl::StrAppend(&checksums, crypto::Sha256Hex(content), " ", name, "\n");
  }
  absl::StrAppend(&checksums, crypto::Sha256Hex(checksums), " ", kChecksums, "\n");
  std::error_code error;
  fs::create_directories(path_, error);
  for (const fs::path& abandoned : List(path_).abandoned) fs::remove_all(abandoned, error);

  std::string pattern = (path_ / absl::StrCat(kStagingPrefix, "XXXXXX")).string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    return absl::InternalError("the checkpoints' folder cannot be written");
  }
  const fs::path staging = pattern;
  const auto remove_staging = absl::MakeCleanup([&] {
    std::error_code ignored;
    fs::remove_all(staging, ignored);
  });
  for (const auto& [name, content] : files) {
    CLIENTELE_RETURN_IF_ERROR(inference::WriteDurably(staging / name, content));
  }
  CLIENTELE_RETURN_IF_ERROR(inference::WriteDurably(staging / std::string(kChecksums), checksums));
  CLIENTELE_RETURN_IF_ERROR(inference::SyncFolder(staging));

  const fs::path target = path_ / absl::StrCat(step);
  fs::remove_all(target, error);  // of a training that started anew
  fs::rename(staging, target, error);
  if (error) return absl::InternalError("the checkpoint's folder cannot be renamed");
  CLIENTELE_RETURN_IF_ERROR(inference::SyncFolder(path_));
  for (const std::int64_t other : List(path_).steps) {
    if (other != step) fs::remove_all(path_ / absl::StrCat(other), error);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<CheckpointFiles>> CheckpointFolder::ReadNewest() const {
  const std::vector<std::int64_t> steps = List(path_).steps;
  if (steps.empty()) return std::nullopt;
  const fs::path checkpoint = path_ / absl::StrCat(*std::max_element(steps.begin(), steps.end()));
  const std::optional<std::string> listed = ReadFile(checkpoint / std::string(kChecksums));
  const absl::string_view checksums =
      listed.has_value() ? absl::string_view(*listed) : absl::string_view();
  // The last line: of one digest, a space, the list's own name and a line feed.
  const std::size_t last = 2 * crypto::kSha256Bytes + 2 + kChecksums.size();
  const std::size_t lines = checksums.size() - std::min(checksums.size(), last);
  if (checksums.substr(lines) !=
      absl::StrCat(crypto::Sha256Hex(checksums.substr(0, lines)), " ", kChecksums, "\n")) {
    return Damaged(checkpoint, "its list of files is not what was written");
  }
  CheckpointFiles files;
  for (const absl::string_view line :
       absl::StrSplit(checksums.substr(0, lines), '\n', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> entry =
        absl::StrSplit(line, absl::MaxSplits(' ', 1));
    const std::string name(entry.second);
    if (!IsFileName(name)) return Damaged(checkpoint, "its list of files is wrong");
    std::optional<std::string> content = ReadFile(checkpoint / name);
    if (!content.has_value()) return Damaged(checkpoint, absl::StrCat(name, " cannot be read"));
    if (crypto::Sha256Hex(*content) != entry.first) {
      return Damaged(checkpoint, absl::StrCat(name, " is not what was written"));
    }
    files[name] = *std::move(content);
  }
  return files;
}

absl::Status CheckpointFolder::Clear() const {
  const Listing listing = List(path_);
  std::error_code error;
  for (const std::int64_t step : listing.steps) {
    fs::remove_all(path_ / absl::StrCat(step), error);
    if (error) return absl::InternalError("a checkpoint cannot be removed");
  }
  for (const fs::path& abandoned : listing.abandoned) fs::remove_all(abandoned, error);
  return absl::OkStatus();
}

}  // namespace clientele::training

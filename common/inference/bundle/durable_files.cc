#include "common/inference/bundle/durable_files.h"

#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"

namespace clientele::inference {
namespace fs = std::filesystem;
namespace {

absl::Status DiskError(const fs::path& path, absl::string_view what) {
  return WithReason(absl::InternalError(absl::StrCat(path.filename().string(), " cannot be ", what,
                                                     ": is the disk full or read-only?")),
                    reason::kInternal);
}

}  // namespace

absl::Status WriteDurably(const fs::path& path, absl::string_view content) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return DiskError(path, "made");
  bool ok = true;
  while (ok && !content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    ok = written > 0;
    if (ok) content.remove_prefix(static_cast<std::size_t>(written));
  }
  ok = ::fsync(fd) == 0 && ok;
  ok = ::close(fd) == 0 && ok;
  return ok ? absl::OkStatus() : DiskError(path, "written");
}

absl::Status SyncFolder(const fs::path& dir) {
  const int fd = ::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return DiskError(dir, "opened");
  const int result = ::fsync(fd);
  ::close(fd);
  // Some network file systems cannot flush a folder; they keep renames themselves.
  if (result != 0 && errno != EINVAL) return DiskError(dir, "flushed");
  return absl::OkStatus();
}

}  // namespace clientele::inference

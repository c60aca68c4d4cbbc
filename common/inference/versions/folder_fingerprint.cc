#include "common/inference/versions/folder_fingerprint.h"

#include <algorithm>
#include <system_error>
#include <vector>

#include <sys/stat.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace clientele::inference {
namespace fs = std::filesystem;

std::string FolderFingerprint(const fs::path& dir) {
  constexpr std::size_t kMaxEntries = 1000;
  std::vector<std::string> lines = {"files"};
  std::error_code error;
  fs::recursive_directory_iterator it(dir, fs::directory_options::skip_permission_denied, error);
  for (; !error && it != fs::end(it) && lines.size() <= kMaxEntries; it.increment(error)) {
    struct stat info {};
    if (::stat(it->path().c_str(), &info) != 0) continue;
    lines.push_back(absl::StrCat(it->path().lexically_relative(dir).string(), " ", info.st_ino, " ",
                                 info.st_size, " ", info.st_mtim.tv_sec, ".", info.st_mtim.tv_nsec,
                                 " ", info.st_ctim.tv_sec, ".", info.st_ctim.tv_nsec));
  }
  std::sort(lines.begin(), lines.end());
  return absl::StrJoin(lines, "\n");
}

}  // namespace clientele::inference

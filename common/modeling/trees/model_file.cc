#include "common/modeling/trees/model_file.h"

#include <cstdint>
#include <fstream>
#include <iterator>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"

namespace clientele::modeling {
namespace {

constexpr std::uintmax_t kMaxModelBytes = std::uintmax_t{1} << 30;

}  // namespace

absl::StatusOr<std::string> ReadModelFile(const std::filesystem::path& path) {
  const std::string name = path.filename().string();
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  std::ifstream in(path, std::ios::binary);
  if (error || !in) return absl::NotFoundError(absl::StrCat(path.string(), " cannot be read"));
  if (size > kMaxModelBytes) return InvalidField(name, "is larger than 1 GiB");
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (absl::StartsWith(bytes, "version https://git-lfs")) {
    return InvalidField(name, "is a Git LFS pointer, not the model: run `git lfs pull` there");
  }
  return bytes;
}

}  // namespace clientele::modeling

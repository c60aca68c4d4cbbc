#include "common/crypto/key_text.h"

#include <cerrno>
#include <cstddef>
#include <fstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"

#include "common/crypto/sodium.h"
#include "common/status/status_macros.h"

namespace clientele::crypto {
namespace {

constexpr std::size_t kMaxKeyText = 64 << 10;

}  // namespace

absl::StatusOr<std::string> ReadKeyText(const std::filesystem::path& path,
                                        absl::string_view purpose) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return absl::NotFoundError(
        absl::StrCat(purpose, " does not exist or is not a file: check where it points"));
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return absl::NotFoundError(
        absl::StrCat(purpose, " can't be read: check its owner and permissions"));
  }
  std::string text(kMaxKeyText + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  const auto size = static_cast<std::size_t>(file.gcount());
  if (size > kMaxKeyText) {
    Wipe(text);
    return absl::InvalidArgumentError(absl::StrCat(purpose, " is too long to be a key file"));
  }
  text.resize(size);
  return text;
}

absl::Status CreateKeyText(const std::filesystem::path& path, absl::string_view text, mode_t mode) {
  EnsureSodium();
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) {
    if (errno == EEXIST) {
      return absl::AlreadyExistsError("the key file exists already; keys are never overwritten");
    }
    return absl::FailedPreconditionError(
        "the key file can't be made: check that its folder exists and may be written");
  }
  std::size_t done = 0;
  bool good = true;
  while (good && done < text.size()) {
    const ssize_t wrote = write(fd, text.data() + done, text.size() - done);
    if (wrote > 0) {
      done += static_cast<std::size_t>(wrote);
    } else if (errno != EINTR) {
      good = false;
    }
  }
  good = good && fchmod(fd, mode) == 0 && fsync(fd) == 0;
  good = close(fd) == 0 && good;
  if (!good) {
    unlink(path.c_str());
    return absl::InternalError("the key file can't be written: check the free space of its disk");
  }
  return absl::OkStatus();
}

absl::Status ReplaceKeyText(const std::filesystem::path& path, absl::string_view text,
                            mode_t mode) {
  EnsureSodium();
  std::filesystem::path next = path;
  next += absl::StrCat(".new-", randombytes_random());
  CLIENTELE_RETURN_IF_ERROR(CreateKeyText(next, text, mode));
  if (rename(next.c_str(), path.c_str()) != 0) {
    unlink(next.c_str());
    return absl::InternalError("the key file can't be replaced");
  }
  return absl::OkStatus();
}

void Wipe(std::string& text) { sodium_memzero(text.data(), text.size()); }

}  // namespace clientele::crypto

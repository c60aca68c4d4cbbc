#include "common/inference/bundle/one_pass_buffer.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"

#include "common/inference/bundle/memory_pages.h"

namespace clientele::inference {
namespace {

constexpr std::size_t kPiece = 1 << 20;

}  // namespace

absl::StatusOr<std::unique_ptr<OnePassBuffer>> OnePassBuffer::Read(
    const std::filesystem::path& path, std::size_t size) {
  const std::string name = path.filename().string();
  std::unique_ptr<OnePassBuffer> buffer(new OnePassBuffer());
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return absl::DataLossError(absl::StrCat(name, " cannot be read"));
  const auto close = absl::MakeCleanup([fd] { ::close(fd); });
  if (size > 0) {
    void* data = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (data == MAP_FAILED) {
      return absl::ResourceExhaustedError(
          absl::StrCat(name, " does not fit into memory: it has ", size, " bytes"));
    }
    buffer->data_ = static_cast<char*>(data);
    buffer->size_ = size;
  }
  std::size_t done = 0;
  while (done < size) {
    const ssize_t count = ::read(fd, buffer->data_ + done, size - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    done += static_cast<std::size_t>(count);
  }
  char beyond = 0;
  if (done != size || ::read(fd, &beyond, 1) != 0) {
    return absl::DataLossError(absl::StrCat(name, " changed while it was read"));
  }
  return buffer;
}

OnePassBuffer::~OnePassBuffer() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

std::size_t OnePassBuffer::Copy(std::uint64_t offset, void* into, std::size_t length) {
  if (offset >= size_) return 0;
  length = std::min(length, size_ - static_cast<std::size_t>(offset));
  // A piece at a time, so that no large part is ever in memory twice.
  for (std::size_t done = 0; done < length; done += kPiece) {
    const std::size_t count = std::min(kPiece, length - done);
    char* from = data_ + offset + done;
    std::memcpy(static_cast<char*>(into) + done, from, count);
    if (length >= kHandedOver) GiveBackPages(from, count);
  }
  return length;
}

}  // namespace clientele::inference

#ifndef CLIENTELE_COMMON_INFERENCE_BUNDLE_ONE_PASS_BUFFER_H_
#define CLIENTELE_COMMON_INFERENCE_BUNDLE_ONE_PASS_BUFFER_H_

// A file in memory that shrinks while it is read.
//
//   CLIENTELE_ASSIGN_OR_RETURN(auto buffer, OnePassBuffer::Read(path, size));
//   Check(buffer->content());                 // the whole file, as it was read
//   buffer->Copy(offset, into, length);       // hands large parts over: their memory is freed
//
// Why: what is loaded must be the bytes that were hashed, so they are read into memory first;
// the tensors made of them must not double the weights. Weights are copied out once each, in
// pieces of megabytes, and the pages behind such a piece are given back to the system at once.
//
// Not thread-safe.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::inference {

class OnePassBuffer {
 public:
  // Pieces from here on are handed over; smaller ones may be read again.
  static constexpr std::size_t kHandedOver = 256 << 10;

  // DATA_LOSS when the file has another size or cannot be read; RESOURCE_EXHAUSTED for want
  // of memory.
  static absl::StatusOr<std::unique_ptr<OnePassBuffer>> Read(const std::filesystem::path& path,
                                                             std::size_t size);
  ~OnePassBuffer();
  OnePassBuffer(const OnePassBuffer&) = delete;
  OnePassBuffer& operator=(const OnePassBuffer&) = delete;

  // The file; zeros where parts were handed over.
  absl::string_view content() const { return {data_, size_}; }
  std::size_t size() const { return size_; }

  // Copies up to `length` bytes from `offset` on and returns how many there were.
  std::size_t Copy(std::uint64_t offset, void* into, std::size_t length);

 private:
  OnePassBuffer() = default;

  char* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_BUNDLE_ONE_PASS_BUFFER_H_

#ifndef CLIENTELE_COMMON_CSV_BYTE_SOURCE_H_
#define CLIENTELE_COMMON_CSV_BYTE_SOURCE_H_

#include <array>
#include <cstddef>
#include <filesystem>

#include <zlib.h>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::csv {

// The bytes of a plain or gzip file, in pieces. Not thread-safe.
class ByteSource {
 public:
  static constexpr std::size_t kPieceBytes = 64 << 10;

  ByteSource() = default;
  ~ByteSource();
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  // False when the file can't be opened.
  bool Open(const std::filesystem::path& path);

  // The next bytes, good until the next call; empty at the end. DATA_LOSS for a damaged archive.
  absl::StatusOr<absl::string_view> Read();

 private:
  gzFile file_ = nullptr;
  std::array<char, kPieceBytes> piece_;
};

}  // namespace clientele::csv

#endif  // CLIENTELE_COMMON_CSV_BYTE_SOURCE_H_

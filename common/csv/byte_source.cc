#include "common/csv/byte_source.h"

namespace clientele::csv {

ByteSource::~ByteSource() {
  if (file_ != nullptr) gzclose_r(file_);
}

bool ByteSource::Open(const std::filesystem::path& path) {
  file_ = gzopen(path.c_str(), "rb");
  if (file_ != nullptr) gzbuffer(file_, 128 << 10);
  return file_ != nullptr;
}

absl::StatusOr<absl::string_view> ByteSource::Read() {
  const int got = gzread(file_, piece_.data(), static_cast<unsigned>(piece_.size()));
  int error = Z_OK;
  gzerror(file_, &error);
  if (got < 0 || (error != Z_OK && error != Z_STREAM_END && got == 0)) {
    return absl::DataLossError("the file is damaged or cut off: copy it again");
  }
  return absl::string_view(piece_.data(), static_cast<std::size_t>(got));
}

}  // namespace clientele::csv

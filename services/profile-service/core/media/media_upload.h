#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MEDIA_MEDIA_UPLOAD_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MEDIA_MEDIA_UPLOAD_H_

#include <atomic>
#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "services/profile-service/core/media/media.h"

namespace clientele::profile {

// Bytes that all uploads of a process may hold together. Thread-safe.
class UploadMemory {
 public:
  explicit UploadMemory(std::size_t bytes) : free_(bytes) {}
  // False where so many are not free.
  bool Take(std::size_t bytes);
  void Return(std::size_t bytes) { free_ += bytes; }

 private:
  std::atomic<std::size_t> free_;
};

// A picture on its way in: metadata, then bytes. Nothing of it is stored before it is whole.
//
//   MediaUpload upload(&memory, 16 << 20);
//   CLIENTELE_RETURN_IF_ERROR(upload.Begin(media, std::nullopt));
//   CLIENTELE_RETURN_IF_ERROR(upload.Append(chunk));   // and so on
//
// Used by one thread at a time.
class MediaUpload {
 public:
  // `memory` is borrowed and outlives the upload.
  MediaUpload(UploadMemory* memory, std::size_t max_bytes)
      : memory_(memory), max_bytes_(max_bytes) {}
  ~MediaUpload() { memory_->Return(bytes_.size()); }
  MediaUpload(const MediaUpload&) = delete;
  MediaUpload& operator=(const MediaUpload&) = delete;

  // `named`: the format that the caller says, where one is said. INVALID_ARGUMENT the second time.
  absl::Status Begin(Media media, std::optional<MediaFormat> named);
  // INVALID_ARGUMENT before Begin() and past the size that a picture may have; RESOURCE_EXHAUSTED
  // while other uploads hold all of the memory.
  absl::Status Append(absl::string_view chunk);

  bool begun() const { return media_.has_value(); }
  const Media& media() const { return *media_; }
  std::optional<MediaFormat> named_format() const { return named_; }
  const std::string& bytes() const { return bytes_; }

 private:
  UploadMemory* const memory_;
  const std::size_t max_bytes_;
  std::optional<Media> media_;
  std::optional<MediaFormat> named_;
  std::string bytes_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MEDIA_MEDIA_UPLOAD_H_

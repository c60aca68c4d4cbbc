#include "services/profile-service/core/media/media_upload.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "common/status/error_details.h"

namespace clientele::profile {

bool UploadMemory::Take(std::size_t bytes) {
  std::size_t free = free_;
  do {
    if (free < bytes) return false;
  } while (!free_.compare_exchange_weak(free, free - bytes));
  return true;
}

absl::Status MediaUpload::Begin(Media media, std::optional<MediaFormat> named) {
  if (media_) return InvalidField("media", "must be in the first message alone");
  media_ = std::move(media);
  named_ = named;
  return absl::OkStatus();
}

absl::Status MediaUpload::Append(absl::string_view chunk) {
  if (!media_) return InvalidField("media", "must be in the first message, before any bytes");
  if (chunk.size() > max_bytes_ - bytes_.size()) {
    return InvalidField("chunk",
                        absl::StrCat("a picture or video has at most ", max_bytes_, " bytes"));
  }
  if (!memory_->Take(chunk.size())) {
    return BusyError("other uploads hold all of the memory for them", absl::Seconds(1));
  }
  bytes_.append(chunk.data(), chunk.size());
  return absl::OkStatus();
}

}  // namespace clientele::profile

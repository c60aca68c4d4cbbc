#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MEDIA_MEDIA_LIBRARY_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MEDIA_MEDIA_LIBRARY_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/idempotency/mutation_id.h"
#include "common/time/clock.h"
#include "services/profile-service/core/media/media.h"
#include "services/profile-service/core/media/media_store.h"
#include "services/profile-service/core/media/media_upload.h"
#include "services/profile-service/core/media/picture_models.h"

namespace clientele::profile {

struct MediaPage {
  std::vector<Media> media;
  std::string next_page_token;
};

// What was found in a picture that is stored nowhere.
struct DetectedPicture {
  Sighting sighting = {};
  std::int64_t width = 0;
  std::int64_t height = 0;
};

// Customers' pictures and short videos: takes them in, lists and deletes them. PictureWorker has
// the models look at them.
//
//   const std::unique_ptr<MediaUpload> upload = library.NewUpload();
//   CLIENTELE_RETURN_IF_ERROR(library.Begin(context, *upload, media, content_type));
//   CLIENTELE_RETURN_IF_ERROR(upload->Append(chunk));
//   CLIENTELE_ASSIGN_OR_RETURN(Media stored, library.Finish(context, *upload));
//
// Thread-safe.
class MediaLibrary {
 public:
  struct Options {
    std::size_t max_bytes = std::size_t{16} << 20;       // of a picture
    std::size_t upload_memory = std::size_t{256} << 20;  // of all uploads under way
    MediaLimits limits = {};
    // A picture is decoded and looked at within this, where the caller leaves more.
    absl::Duration decode_time = absl::Seconds(45);
  };
  // All borrowed; they outlive the library. Null where the service was started without:
  // `decoder` without any model of pictures, `detector` without one.
  MediaLibrary(MediaStore* store, PictureDecoder* decoder, PictureModel* detector,
               const Clock* clock, const Options& options)
      : store_(store),
        decoder_(decoder),
        detector_(detector),
        clock_(clock),
        options_(options),
        memory_(options.upload_memory) {}

  std::unique_ptr<MediaUpload> NewUpload() {
    return std::make_unique<MediaUpload>(&memory_, options_.max_bytes);
  }
  // The metadata of an upload: what is wrong with it shows before the bytes come. `media` has ids,
  // keep and capture_time (InfinitePast: a wrong one; InfiniteFuture: none given).
  absl::Status Begin(const RequestContext& context, MediaUpload& upload, Media media,
                     absl::string_view content_type);
  // Decodes and stores. INVALID_ARGUMENT for what is no picture or video, and an upload without
  // metadata or bytes.
  absl::StatusOr<Media> Finish(const RequestContext& context, const MediaUpload& upload);

  absl::StatusOr<Media> Get(const RequestContext& context, absl::string_view customer_id,
                            absl::string_view media_id);
  absl::StatusOr<MediaPage> List(const RequestContext& context, absl::string_view customer_id,
                                 int page_size, absl::string_view page_token);
  absl::Status Delete(const RequestContext& context, const MutationId& mutation,
                      absl::string_view customer_id, absl::string_view media_id);
  // INVALID_ARGUMENT for a video.
  absl::StatusOr<DetectedPicture> Detect(const RequestContext& context, absl::string_view bytes);

 private:
  // A call whose deadline is that of decoding.
  RequestContext Decoding(const RequestContext& context) const;
  // What the bytes are, into `media`.
  absl::Status Recognize(const RequestContext& context, absl::string_view bytes, Media& media);

  MediaStore* const store_;
  PictureDecoder* const decoder_;
  PictureModel* const detector_;
  const Clock* const clock_;
  const Options options_;
  UploadMemory memory_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MEDIA_MEDIA_LIBRARY_H_

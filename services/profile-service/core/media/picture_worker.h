#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MEDIA_PICTURE_WORKER_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MEDIA_PICTURE_WORKER_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

#include "common/executor/request_context.h"
#include "common/time/clock.h"
#include "services/profile-service/core/media/media_store.h"
#include "services/profile-service/core/media/picture_models.h"
#include "services/profile-service/core/media/video_sighting.h"

namespace clientele::profile {

// Has models look at the pictures that wait, in the background; then at those that are kept and
// that a new version of a model has not seen. Several replicas share the work.
//
//   PictureWorker worker(&store, &decoder, {&encoder, &detector}, clock, {});   // all borrowed
//   process.Repeat("pictures", absl::Milliseconds(500),
//                  [&](const RequestContext& context) { return worker.Run(context); });
//
// What a model sees is stored at once: what another does with the picture takes nothing from it. A
// picture on which one fails is tried again later, and given up after some attempts; one for which
// a model does not serve yet waits. None holds up another. Of a video each model looks at some
// frames at a time, and what it saw is stored when it has seen all: one that is interrupted begins
// again. One thread; counts() from any.
class PictureWorker {
 public:
  struct Options {
    int batch = 4;  // pictures taken at a time
    // Of one picture, or of one part of a video and the frames that a model looks at together;
    // beyond it the attempt has failed.
    absl::Duration decode_time = absl::Seconds(45);
    absl::Duration model_time = absl::Seconds(30);
    // Of all frames of a video; shorter than the context that Run() is given.
    absl::Duration video_time = absl::Minutes(5);
    // Seconds of a video that are decoded together, and are in memory then.
    int video_part = 8;
    // Of these, as many as a model is given together, so that it computes them in one batch.
    int frames_at_once = 4;
    // How long the pictures of a batch are left to this replica, and a video after each of its
    // parts; longer than that takes.
    absl::Duration lease = absl::Minutes(10);
    // Until a picture is tried again: after a failure, and where a model does not serve.
    absl::Duration retry = absl::Minutes(1);
    absl::Duration await_model = absl::Seconds(5);
    int most_attempts = 5;
    int kept_at_once = 100;
  };
  struct Counts {
    std::int64_t seen = 0;
    std::int64_t failed = 0;  // given up
  };

  PictureWorker(MediaStore* store, PictureDecoder* decoder, std::vector<PictureModel*> models,
                const Clock* clock, const Options& options)
      : store_(store),
        decoder_(decoder),
        models_(std::move(models)),
        clock_(clock),
        options_(options) {}

  // One batch, or where none waits some kept pictures to look at again. False when nothing is left
  // to do.
  absl::StatusOr<bool> RunOnce(const RequestContext& context);
  // RunOnce() until nothing is left or the context ends.
  absl::Status Run(const RequestContext& context);

  Counts counts() const { return {seen_, failed_}; }

 private:
  // Of the models that serve now.
  std::vector<std::string> ServingIds() const;
  absl::Status Look(const RequestContext& context, const PendingPicture& picture);
  // What became of one attempt: OK, UNAVAILABLE where a model has still to come, or a failure.
  absl::Status Attempt(const RequestContext& context, const PendingPicture& picture);
  absl::Status LookAtPicture(const RequestContext& context, const PendingPicture& picture);
  absl::Status LookAtVideo(const RequestContext& context, const PendingPicture& picture);

  // A model on its way through a video.
  struct Viewer {
    PictureModel* model = nullptr;
    VideoSighting seen;
    absl::Status status;
  };
  std::vector<PictureModel*> Missing(const PendingPicture& picture) const;
  void Watch(const RequestContext& context, const VideoPart& part, absl::Time end, Viewer& viewer);
  absl::Status WatchSome(const RequestContext& context, absl::Span<const VideoFrame> frames,
                         absl::Time end, Viewer& viewer);

  MediaStore* const store_;
  PictureDecoder* const decoder_;
  const std::vector<PictureModel*> models_;
  const Clock* const clock_;
  const Options options_;
  std::vector<std::string> looked_through_;  // whose kept pictures have all been looked at
  std::atomic<std::int64_t> seen_ = 0;
  std::atomic<std::int64_t> failed_ = 0;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MEDIA_PICTURE_WORKER_H_

#include "services/profile-service/core/media/picture_worker.h"

#include <algorithm>
#include <cstddef>

#include "common/status/status_macros.h"

namespace clientele::profile {
namespace {

// Nothing that the picture could be blamed for.
bool IsForLater(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsResourceExhausted(status) ||
         absl::IsCancelled(status);
}

// What became of several models. A failure that repeats must not wait for ever for a model that
// never comes.
class Outcome {
 public:
  void Add(const absl::Status& status) {
    if (!status.ok()) (IsForLater(status) ? later_ : failure_) = status;
  }
  absl::Status status() const { return failure_.ok() ? later_ : failure_; }

 private:
  absl::Status later_, failure_;
};

}  // namespace

std::vector<std::string> PictureWorker::ServingIds() const {
  std::vector<std::string> ids;
  for (const PictureModel* model : models_) {
    std::string id = model->model_id();
    if (!id.empty()) ids.push_back(std::move(id));
  }
  return ids;
}

absl::StatusOr<bool> PictureWorker::RunOnce(const RequestContext& context) {
  std::vector<std::string> ids = ServingIds();
  if (ids.empty()) return false;
  CLIENTELE_ASSIGN_OR_RETURN(
      const std::vector<PendingPicture> pictures,
      store_->TakePictures(context, options_.batch, clock_->Now(), options_.lease));
  for (const PendingPicture& picture : pictures) {
    CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
    CLIENTELE_RETURN_IF_ERROR(Look(context, picture));
  }
  if (!pictures.empty()) return true;
  if (ids == looked_through_) return false;
  CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t waiting,
                             store_->AwaitKept(context, ids, options_.kept_at_once));
  if (waiting == 0) looked_through_ = std::move(ids);
  return waiting > 0;
}

absl::Status PictureWorker::Run(const RequestContext& context) {
  while (context.Check(clock_->Now()).ok()) {
    CLIENTELE_ASSIGN_OR_RETURN(const bool more, RunOnce(context));
    if (!more) break;
  }
  return absl::OkStatus();
}

absl::Status PictureWorker::Look(const RequestContext& context, const PendingPicture& picture) {
  const absl::Status attempt = Attempt(context, picture);
  // Of the process: what was leased is taken again later.
  CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
  const absl::Time now = clock_->Now();
  if (attempt.ok()) {
    CLIENTELE_RETURN_IF_ERROR(
        store_->SettlePicture(context, picture.customer_id, picture.media_id, ""));
    ++seen_;
    return absl::OkStatus();
  }
  if (IsForLater(attempt)) {
    return store_->DeferPicture(context, picture.customer_id, picture.media_id,
                                now + options_.await_model, picture.attempts);
  }
  if (picture.attempts + 1 < options_.most_attempts) {
    return store_->DeferPicture(context, picture.customer_id, picture.media_id,
                                now + options_.retry, picture.attempts + 1);
  }
  CLIENTELE_RETURN_IF_ERROR(
      store_->SettlePicture(context, picture.customer_id, picture.media_id, attempt.message()));
  ++failed_;
  return absl::OkStatus();
}

std::vector<PictureModel*> PictureWorker::Missing(const PendingPicture& picture) const {
  std::vector<PictureModel*> missing;
  for (PictureModel* model : models_) {
    const std::string id = model->model_id();
    if (std::count(picture.seen_by.begin(), picture.seen_by.end(), id) == 0) {
      missing.push_back(model);
    }
  }
  return missing;
}

absl::Status PictureWorker::Attempt(const RequestContext& context, const PendingPicture& picture) {
  return decoder_->IsVideo(picture.bytes) ? LookAtVideo(context, picture)
                                          : LookAtPicture(context, picture);
}

absl::Status PictureWorker::LookAtPicture(const RequestContext& context,
                                          const PendingPicture& picture) {
  RequestContext call = context;
  call.deadline = std::min(context.deadline, clock_->Now() + options_.decode_time);
  CLIENTELE_ASSIGN_OR_RETURN(const Pixels pixels, decoder_->Decode(call, picture.bytes));
  Outcome outcome;
  for (PictureModel* model : Missing(picture)) {
    call.deadline = std::min(context.deadline, clock_->Now() + options_.model_time);
    absl::StatusOr<Sighting> sighting = model->See(call, pixels);
    if (sighting.ok()) {
      KeepLikeliest(*sighting);
      CLIENTELE_RETURN_IF_ERROR(
          store_->PutSighting(context, picture.customer_id, picture.media_id, *sighting));
    } else {
      outcome.Add(sighting.status());
    }
  }
  return outcome.status();
}

void PictureWorker::Watch(const RequestContext& context, const VideoPart& part, absl::Time end,
                          Viewer& viewer) {
  const auto at_once = static_cast<std::size_t>(std::max(1, options_.frames_at_once));
  for (std::size_t first = 0; first < part.frames.size() && viewer.status.ok(); first += at_once) {
    viewer.status =
        WatchSome(context, absl::MakeConstSpan(part.frames).subspan(first, at_once), end, viewer);
  }
}

absl::Status PictureWorker::WatchSome(const RequestContext& context,
                                      absl::Span<const VideoFrame> frames, absl::Time end,
                                      Viewer& viewer) {
  const absl::Time now = clock_->Now();
  if (now >= end) return absl::DeadlineExceededError("looking at the video took too long");
  RequestContext call = context;
  call.deadline = std::min({context.deadline, end, now + options_.model_time});
  std::vector<const Pixels*> pictures;
  for (const VideoFrame& frame : frames) pictures.push_back(&frame.pixels);
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<Sighting> sightings,
                             viewer.model->SeeAll(call, pictures));
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (!viewer.seen.Add(frames[i].offset, sightings[i])) {
      return absl::UnavailableError("another version of the model serves since");
    }
  }
  return absl::OkStatus();
}

absl::Status PictureWorker::LookAtVideo(const RequestContext& context,
                                        const PendingPicture& picture) {
  std::vector<Viewer> viewers;
  for (PictureModel* model : Missing(picture))
    viewers.push_back({.model = model, .seen = {}, .status = {}});
  const absl::Time end = clock_->Now() + options_.video_time;
  absl::Duration duration = absl::InfiniteDuration();
  for (int second = 0; second < kMostVideoFrames && absl::Seconds(second) < duration;
       second += options_.video_part) {
    RequestContext call = context;
    call.deadline = std::min(context.deadline, clock_->Now() + options_.decode_time);
    const int seconds = std::min(options_.video_part, kMostVideoFrames - second);
    CLIENTELE_ASSIGN_OR_RETURN(const VideoPart part,
                               decoder_->DecodeFrames(call, picture.bytes, second, seconds));
    duration = part.duration;
    for (Viewer& viewer : viewers) Watch(context, part, end, viewer);
    CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
    CLIENTELE_RETURN_IF_ERROR(store_->DeferPicture(context, picture.customer_id, picture.media_id,
                                                   clock_->Now() + options_.lease,
                                                   picture.attempts));
    const auto watches = [](const Viewer& viewer) { return viewer.status.ok(); };
    if (std::none_of(viewers.begin(), viewers.end(), watches)) break;
  }
  Outcome outcome;
  for (const Viewer& viewer : viewers) {
    outcome.Add(viewer.status);
    if (!viewer.status.ok()) continue;
    CLIENTELE_RETURN_IF_ERROR(
        store_->PutSighting(context, picture.customer_id, picture.media_id, viewer.seen.Finish()));
  }
  return outcome.status();
}

}  // namespace clientele::profile

#include "services/profile-service/core/media/picture_worker.h"

#include <algorithm>

#include "common/status/status_macros.h"

namespace clientele::profile {
namespace {

// Nothing that the picture could be blamed for.
bool IsForLater(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsResourceExhausted(status) ||
         absl::IsCancelled(status);
}

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

absl::Status PictureWorker::Attempt(const RequestContext& context, const PendingPicture& picture) {
  RequestContext call = context;
  call.deadline = std::min(context.deadline, clock_->Now() + options_.decode_time);
  CLIENTELE_ASSIGN_OR_RETURN(const Pixels pixels, decoder_->Decode(call, picture.bytes));
  absl::Status later, failure;
  for (PictureModel* model : models_) {
    const std::string id = model->model_id();
    if (std::count(picture.seen_by.begin(), picture.seen_by.end(), id) > 0) continue;
    call.deadline = std::min(context.deadline, clock_->Now() + options_.model_time);
    const absl::StatusOr<Sighting> sighting = model->See(call, pixels);
    if (sighting.ok()) {
      CLIENTELE_RETURN_IF_ERROR(
          store_->PutSighting(context, picture.customer_id, picture.media_id, *sighting));
    } else {
      (IsForLater(sighting.status()) ? later : failure) = sighting.status();
    }
  }
  // A failure that repeats must not wait for ever for a model that never comes.
  return failure.ok() ? later : failure;
}

}  // namespace clientele::profile

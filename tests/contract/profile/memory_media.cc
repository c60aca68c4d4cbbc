// The pictures of MemoryStores.
#include <algorithm>
#include <tuple>

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "tests/contract/profile/memory_stores.h"

namespace clientele::profile::testing {
namespace {

absl::Status Precondition(absl::string_view reason) {
  return WithReason(absl::FailedPreconditionError("not as things are"), reason);
}

}  // namespace

absl::Status MemoryStores::CheckConsentLocked(absl::string_view customer_id) const {
  if (!customers_.contains(std::string(customer_id))) return NotFound(CustomerName(customer_id));
  const consent::Consents consents = ConsentsOfLocked(customer_id);
  if (consent_policy_.Allows(consent::Purpose::kImageAnalysis, consents)) return absl::OkStatus();
  return Precondition(kConsentWithheld);
}

std::vector<Media> MemoryStores::MediaOfLocked(absl::string_view customer_id) const {
  std::vector<Media> media;
  for (const std::string& member : MembersLocked(customer_id)) {
    for (const auto& [key, kept] : media_) {
      if (key.first == member) media.push_back(kept.media);
    }
  }
  std::sort(media.begin(), media.end(), [](const Media& a, const Media& b) {
    return std::tie(a.capture_time, a.media_id, a.customer_id) >
           std::tie(b.capture_time, b.media_id, b.customer_id);
  });
  return media;
}

absl::Status MemoryStores::CheckConsent(const RequestContext&, absl::string_view customer_id) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  return CheckConsentLocked(customer_id);
}

absl::StatusOr<Media> MemoryStores::InsertMedia(const RequestContext&, const Media& media,
                                                absl::string_view bytes,
                                                const MediaLimits& limits) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  CLIENTELE_RETURN_IF_ERROR(CheckConsentLocked(media.customer_id));
  const auto found = media_.find({media.customer_id, media.media_id});
  if (found != media_.end()) {
    if (found->second.content == bytes) return found->second.media;
    return AlreadyExists(MediaName(media.customer_id, media.media_id));
  }
  std::int64_t count = 0, kept_bytes = 0, pending_bytes = 0;
  for (const auto& [key, kept] : media_) {
    if (kept.leased_until) pending_bytes += kept.media.byte_count;
    if (key.first != media.customer_id) continue;
    ++count;
    if (kept.media.keep) kept_bytes += kept.media.byte_count;
  }
  if (limits.pictures > 0 && count >= limits.pictures) return Precondition(kTooManyPictures);
  if (media.keep && limits.kept_bytes > 0 && kept_bytes + media.byte_count > limits.kept_bytes) {
    return Precondition(kTooManyPictures);
  }
  if (limits.pending_bytes > 0 && pending_bytes + media.byte_count > limits.pending_bytes) {
    return BusyError("too much waits", absl::Seconds(1));
  }
  media_[{media.customer_id, media.media_id}] = {.media = media,
                                                 .content = std::string(bytes),
                                                 .bytes = std::string(bytes),
                                                 .leased_until = absl::InfinitePast()};
  return media;
}

absl::StatusOr<Media> MemoryStores::GetMedia(const RequestContext&, absl::string_view customer_id,
                                             absl::string_view media_id) {
  std::lock_guard lock(mutex_);
  const auto found = media_.find({std::string(customer_id), std::string(media_id)});
  if (found == media_.end()) return NotFound(MediaName(customer_id, media_id));
  Media media = found->second.media;
  for (Sighting& sighting : media.sightings) sighting.vector.clear();
  return media;
}

absl::StatusOr<std::vector<Media>> MemoryStores::ListMedia(
    const RequestContext&, absl::string_view customer_id, const std::optional<MediaPosition>& after,
    int limit) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  if (!customers_.contains(std::string(customer_id))) return NotFound(CustomerName(customer_id));
  std::vector<Media> page;
  for (Media& media : MediaOfLocked(customer_id)) {
    const bool told =
        after && std::tie(media.capture_time, media.media_id, media.customer_id) >=
                     std::tie(after->capture_time, after->media_id, after->customer_id);
    if (told || static_cast<int>(page.size()) == limit) continue;
    page.push_back(std::move(media));
  }
  return page;
}

absl::Status MemoryStores::DeleteMedia(const RequestContext&, const MutationId& mutation,
                                       absl::string_view customer_id, absl::string_view media_id) {
  std::lock_guard lock(mutex_);
  return Once<bool>(mutation, std::string(customer_id),
                    [&]() -> absl::StatusOr<bool> {
                      if (media_.erase({std::string(customer_id), std::string(media_id)}) == 0) {
                        return NotFound(MediaName(customer_id, media_id));
                      }
                      return true;
                    })
      .status();
}

absl::StatusOr<std::vector<PendingPicture>> MemoryStores::TakePictures(const RequestContext&,
                                                                       int limit, absl::Time now,
                                                                       absl::Duration lease) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  std::vector<PendingPicture> pictures;
  int taken = 0;
  for (auto& [key, kept] : media_) {
    if (!kept.leased_until || *kept.leased_until > now || taken == limit) continue;
    ++taken;
    kept.leased_until = now + lease;
    if (!CheckConsentLocked(key.first).ok()) continue;
    PendingPicture& picture =
        pictures.emplace_back(PendingPicture{key.first, key.second, kept.bytes, kept.attempts, {}});
    for (const Sighting& sighting : kept.media.sightings) {
      picture.seen_by.push_back(sighting.model_id);
    }
    std::sort(picture.seen_by.begin(), picture.seen_by.end());
  }
  return pictures;
}

absl::Status MemoryStores::PutSighting(const RequestContext&, absl::string_view customer_id,
                                       absl::string_view media_id, const Sighting& sighting) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  const auto found = media_.find({std::string(customer_id), std::string(media_id)});
  if (found == media_.end() || !CheckConsentLocked(customer_id).ok()) return absl::OkStatus();
  std::vector<Sighting>& sightings = found->second.media.sightings;
  std::erase_if(sightings, [&](const Sighting& old) { return old.kind == sighting.kind; });
  sightings.push_back(sighting);
  std::sort(sightings.begin(), sightings.end(),
            [](const Sighting& a, const Sighting& b) { return a.kind < b.kind; });
  return absl::OkStatus();
}

absl::Status MemoryStores::SettlePicture(const RequestContext&, absl::string_view customer_id,
                                         absl::string_view media_id, absl::string_view failure) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  const auto found = media_.find({std::string(customer_id), std::string(media_id)});
  if (found == media_.end()) return absl::OkStatus();
  KeptMedia& kept = found->second;
  kept.leased_until.reset();
  kept.attempts = 0;
  kept.media.state = failure.empty() ? MediaState::kSeen : MediaState::kFailed;
  kept.media.failure = std::string(failure);
  if (!kept.media.keep) kept.bytes.clear();
  return absl::OkStatus();
}

absl::Status MemoryStores::DeferPicture(const RequestContext&, absl::string_view customer_id,
                                        absl::string_view media_id, absl::Time until,
                                        int attempts) {
  std::lock_guard lock(mutex_);
  const auto found = media_.find({std::string(customer_id), std::string(media_id)});
  if (found == media_.end() || !found->second.leased_until) return absl::OkStatus();
  found->second.leased_until = until;
  found->second.attempts = attempts;
  return absl::OkStatus();
}

absl::StatusOr<std::int64_t> MemoryStores::AwaitKept(const RequestContext&,
                                                     absl::Span<const std::string> model_ids,
                                                     int limit) {
  std::lock_guard lock(mutex_);
  std::int64_t waiting = 0;
  for (auto& [key, kept] : media_) {
    const auto seen = [&kept = kept](const std::string& model) {
      return std::any_of(kept.media.sightings.begin(), kept.media.sightings.end(),
                         [&](const Sighting& sighting) { return sighting.model_id == model; });
    };
    if (!kept.media.keep || kept.media.state != MediaState::kSeen || waiting == limit ||
        std::all_of(model_ids.begin(), model_ids.end(), seen)) {
      continue;
    }
    ++waiting;
    kept.media.state = MediaState::kPending;
    kept.leased_until = absl::InfinitePast();
  }
  return waiting;
}

absl::StatusOr<std::int64_t> MemoryStores::DropOldMedia(const RequestContext&, absl::Time before,
                                                        int limit) {
  std::lock_guard lock(mutex_);
  std::int64_t dropped = 0;
  std::erase_if(media_, [&](const auto& entry) {
    return entry.second.media.upload_time < before && dropped++ < limit;
  });
  return std::min<std::int64_t>(dropped, limit);
}

}  // namespace clientele::profile::testing

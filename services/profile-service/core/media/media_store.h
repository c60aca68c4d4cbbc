#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MEDIA_MEDIA_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MEDIA_MEDIA_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

#include "common/executor/request_context.h"
#include "common/idempotency/mutation_id.h"
#include "services/profile-service/core/media/media.h"

namespace clientele::profile {

// What may be stored; 0: no bound.
struct MediaLimits {
  std::int64_t pictures = 1000;                        // of one customer
  std::int64_t kept_bytes = std::int64_t{256} << 20;   // of one customer's kept pictures
  std::int64_t pending_bytes = std::int64_t{1} << 30;  // of all pictures that wait for a model
};

// A picture that waits for models.
struct PendingPicture {
  std::string customer_id;
  std::string media_id;
  std::string bytes;
  int attempts = 0;                  // that failed
  std::vector<std::string> seen_by;  // ids of models whose sightings are stored
};

// The last one of a page.
struct MediaPosition {
  absl::Time capture_time;
  std::string media_id;
  std::string customer_id;
};

// Pictures and what was seen in them. A picture waits from the transaction on that stores it; its
// bytes are there while it waits, and afterwards only where they are to be kept. Thread-safe.
// UNAVAILABLE (DATABASE_UNAVAILABLE) while the store cannot be reached.
class MediaStore {
 public:
  virtual ~MediaStore() = default;

  // NOT_FOUND without the customer; FAILED_PRECONDITION (CONSENT_WITHHELD) for who did not consent
  // to image analysis.
  virtual absl::Status CheckConsent(const RequestContext& context,
                                    absl::string_view customer_id) = 0;
  // Returns what is stored: `media`, or the same picture when it was stored before, with what has
  // become of it. ALREADY_EXISTS when the id is another picture's; errors of CheckConsent();
  // FAILED_PRECONDITION (TOO_MANY_PICTURES) past the customer's limits; RESOURCE_EXHAUSTED while
  // too much waits.
  virtual absl::StatusOr<Media> InsertMedia(const RequestContext& context, const Media& media,
                                            absl::string_view bytes, const MediaLimits& limits) = 0;
  // NOT_FOUND without it.
  virtual absl::StatusOr<Media> GetMedia(const RequestContext& context,
                                         absl::string_view customer_id,
                                         absl::string_view media_id) = 0;
  // Of the person, newest first. NOT_FOUND without the customer.
  virtual absl::StatusOr<std::vector<Media>> ListMedia(const RequestContext& context,
                                                       absl::string_view customer_id,
                                                       const std::optional<MediaPosition>& after,
                                                       int limit) = 0;
  // NOT_FOUND without it.
  virtual absl::Status DeleteMedia(const RequestContext& context, const MutationId& mutation,
                                   absl::string_view customer_id, absl::string_view media_id) = 0;

  // Up to `limit` pictures that wait, leased until `now` + `lease`: nobody else takes them before.
  // Those whose customers did not consent (any more) are passed over.
  virtual absl::StatusOr<std::vector<PendingPicture>> TakePictures(const RequestContext& context,
                                                                   int limit, absl::Time now,
                                                                   absl::Duration lease) = 0;
  // In place of what an older version of the model, or another of its kind, saw. Dropped where the
  // picture has been deleted meanwhile, or its customer did not consent any more.
  virtual absl::Status PutSighting(const RequestContext& context, absl::string_view customer_id,
                                   absl::string_view media_id, const Sighting& sighting) = 0;
  // The picture waits no longer; `failure` says why not all models have seen it, and is empty
  // where they have. Its bytes go unless they are to be kept.
  virtual absl::Status SettlePicture(const RequestContext& context, absl::string_view customer_id,
                                     absl::string_view media_id, absl::string_view failure) = 0;
  // It waits on, and is not taken before `until`.
  virtual absl::Status DeferPicture(const RequestContext& context, absl::string_view customer_id,
                                    absl::string_view media_id, absl::Time until, int attempts) = 0;
  // Lets up to `limit` kept pictures wait again that one of the models has not seen. Returns of
  // how many.
  virtual absl::StatusOr<std::int64_t> AwaitKept(const RequestContext& context,
                                                 absl::Span<const std::string> model_ids,
                                                 int limit) = 0;
  // Deletes up to `limit` pictures, and what was seen in them, that were uploaded before then.
  virtual absl::StatusOr<std::int64_t> DropOldMedia(const RequestContext& context,
                                                    absl::Time before, int limit) = 0;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MEDIA_MEDIA_STORE_H_

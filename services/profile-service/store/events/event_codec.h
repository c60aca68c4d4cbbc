#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_EVENT_CODEC_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_EVENT_CODEC_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/crypto/cipher.h"
#include "common/postgres/row.h"
#include "common/postgres/value.h"
#include "services/profile-service/core/events/event.h"
#include "services/profile-service/core/events/event_store.h"

namespace clientele::profile {

// Associated data of an event's encrypted text.
std::string EventTextPlace(absl::string_view customer_id, absl::string_view event_id);

// An event's text as it is stored: bound to its event, NULL when empty.
std::optional<postgres::Bytes> SealText(const crypto::Cipher& cipher, const Event& event);
// DATA_LOSS when it does not decrypt.
absl::StatusOr<std::string> OpenText(const crypto::Cipher& cipher, absl::string_view customer_id,
                                     absl::string_view event_id, absl::string_view sealed);

// Sixteen columns from `first` on: event_id, type, event_time, item_id, category, quantity,
// amount_micros, currency_code, channel, device, rating, source, campaign_id, coupon_id, left_out,
// text.
// The text is left out when `cipher` is null.
absl::StatusOr<Event> ToEvent(const crypto::Cipher* cipher, std::string customer_id,
                              const postgres::Row& row, int first);

// A batch's outcome as one string, for the request ledger.
std::string EncodeOutcome(const EventBatchOutcome& outcome);
absl::StatusOr<EventBatchOutcome> DecodeOutcome(absl::string_view encoded);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_EVENT_CODEC_H_

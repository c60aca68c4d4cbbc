#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_QUARANTINE_QUARANTINE_CODEC_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_QUARANTINE_QUARANTINE_CODEC_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "services/profile-service/core/quarantine/quarantined_event.h"

namespace clientele::profile {

// What an event's ciphertext is bound to; the id in decimal digits.
std::string QuarantinePlace(absl::string_view quarantine_id);

// An event as bytes (CBOR, because it may hold numbers that are none). Equal events give equal
// bytes.
std::string EncodeSentEvent(const SentEvent& event);
// DATA_LOSS when they are none of EncodeSentEvent's.
absl::StatusOr<SentEvent> DecodeSentEvent(absl::string_view encoded);

// The fields that a status is about, as JSON: all that it says, beside its reason.
std::string EncodeViolations(const absl::Status& status);
// OK without any. DATA_LOSS when it is none of EncodeViolations's.
absl::Status DecodeStatus(absl::string_view reason, absl::string_view violations,
                          absl::Status& status);

// One of them as a string, for the request ledger (which encrypts it).
std::string EncodeQuarantined(const QuarantinedEvent& event);
absl::StatusOr<QuarantinedEvent> DecodeQuarantined(absl::string_view encoded);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_QUARANTINE_QUARANTINE_CODEC_H_

#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CONSENT_CONSENT_DECISION_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CONSENT_CONSENT_DECISION_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"

#include "common/consent/consent.h"

namespace clientele::profile {

// What a customer decided about one use of their data, and what proves it. Immutable; a later
// decision about the same purpose takes its place.
struct ConsentDecision {
  std::string customer_id = {};
  consent::Purpose purpose = consent::Purpose::kProfiling;
  bool granted = false;
  absl::Time decision_time = absl::InfinitePast();  // when the customer decided
  std::string text_version = {};  // of the text that the customer was shown; at most 64 bytes
  std::string source = {};        // where: a form, a call, a file; at most 128 bytes
  // Set by the store.
  absl::Time store_time = absl::InfinitePast();
  std::int64_t decision_id = 0;  // of two decisions of one time, the larger one counts

  bool operator==(const ConsentDecision&) const = default;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CONSENT_CONSENT_DECISION_H_

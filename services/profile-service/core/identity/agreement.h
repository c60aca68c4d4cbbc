#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_AGREEMENT_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_AGREEMENT_H_

// In which of a few grades two values of a field agree. The grades have no weights here: those are
// learned (match_model.h).
//
//   CompareValues(FieldType::kGivenName, Standardize(type, "Bill"), Standardize(type, "William"))
//       == Agreement::kEquivalent
//
// Pure functions, thread-safe.

#include <cstdint>

#include "absl/strings/string_view.h"

#include "services/profile-service/core/identity/field_value.h"

namespace clientele::profile {

enum class Agreement : std::uint8_t {
  kMissing,  // one value or both are not there
  kExact,
  kEquivalent,  // nickname; the same words in another order; day and month exchanged
  kClose,       // one typing error
  kSimilar,     // a few
  kVague,       // some likeness
  kSwapped,     // the values stand in each other's fields
  kDifferent,
};
inline constexpr int kAgreements = 8;

// "missing", "exact", "equivalent", "close", "similar", "vague", "swapped", "different".
absl::string_view NameOf(Agreement agreement);

// Never kSwapped, which is a matter of two fields.
Agreement CompareValues(FieldType type, const FieldValue& a, const FieldValue& b);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_AGREEMENT_H_

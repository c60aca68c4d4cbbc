#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_BLOCKING_FEATURES_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_BLOCKING_FEATURES_H_

// What records of one person are likely to share although they differ: a field as it is, as it
// sounds, or a part of it. Pure functions, thread-safe.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/profile-service/core/identity/field_type.h"
#include "services/profile-service/core/identity/field_value.h"

namespace clientele::profile {

// A letter and three digits for how a Latin word sounds (Russell's Soundex, as the United States
// National Archives state it); other scripts keep their first three characters.
std::u32string Soundex(std::u32string_view word);

// Hashes of a value's features, as many for each value of a type, 0 where one is not there. Those
// of given names and surnames are of one kind each, so that names in each other's fields share
// them; the first feature is the whole value.
std::vector<std::uint32_t> BlockingFeatures(FieldType type, const FieldValue& value);
std::size_t BlockingFeatureCount(FieldType type);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_BLOCKING_FEATURES_H_

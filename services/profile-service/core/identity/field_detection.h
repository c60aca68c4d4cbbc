#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_FIELD_DETECTION_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_FIELD_DETECTION_H_

// Finds out what a column says of a person, by its header and by its values.
//
//   const DetectedField found = DetectField("date of birth", values);
//   if (found.type) Use(*found.type);  else Print(found.reason);
//
// Pure functions, thread-safe.

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "services/profile-service/core/identity/field_type.h"

namespace clientele::profile {

struct DetectedField {
  // None where the column says nothing of who someone is: it has one value or none, or numbers the
  // rows.
  std::optional<FieldType> type;
  // For people, such as "by its header", "its values are e-mail addresses", "it numbers the rows".
  std::string reason;
};

// English and Chinese headers are understood. What a header promises and the values do not keep
// (dates that are none) is taken as text. `values` are all of the column's, as they came.
DetectedField DetectField(absl::string_view header, absl::Span<const std::string> values);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_FIELD_DETECTION_H_

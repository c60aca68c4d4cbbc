#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_FIELD_VALUE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_FIELD_VALUE_H_

// The value of a field in the form in which it is compared.
//
//   const FieldValue value = Standardize(FieldType::kDateOfBirth, "7 March 1980 ");
//   value.text;   // U"19800307"
//
// Pure functions, thread-safe.

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "services/profile-service/core/identity/field_type.h"

namespace clientele::profile {

struct FieldValue {
  // Case-folded, with letters, digits and single spaces alone. A date is eight digits, year first,
  // as far as one could be read; a phone number digits alone; an e-mail address keeps its marks.
  std::u32string text;
  // Of a full name and an address: the words of `text` in alphabetical order; of an e-mail address
  // its local part and its domain. Else empty.
  std::vector<std::u32string> words = {};

  bool missing() const { return text.empty(); }
};

// Empty, "null", "n/a", "unknown" and the like are missing values.
FieldValue Standardize(FieldType type, absl::string_view text);

// Eight digits, year first, of "1980-03-07", "7/3/1980" (day first), "3/27/1980", "19800307",
// "7 March 1980", "1980年3月7日" and the like; empty where no date is read. A time of day behind it
// is cut off.
std::u32string ReadDate(std::u32string_view text);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_FIELD_VALUE_H_

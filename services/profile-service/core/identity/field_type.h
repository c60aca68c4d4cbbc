#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_FIELD_TYPE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_FIELD_TYPE_H_

// What a field says of a person. The type decides how values are standardized, compared and used
// for blocking. Plain values; functions are pure and thread-safe.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const FieldType type, ParseFieldType("given_name"));

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::profile {

enum class FieldType {
  kGivenName,
  kSurname,
  kFullName,      // given name and surname in one field, in either order
  kStreetNumber,  // of a house, a flat, a floor
  kAddress,       // a street, a building, or a whole address
  kCity,          // or suburb, town, county
  kPostcode,
  kState,        // or province, country
  kDateOfBirth,  // or another date of a person
  kEmail,
  kPhone,
  kIdentifier,  // given by some register: a person has one, as far as it is right
  kCategory,    // one of few values: sex, title, language
  kText,        // anything else, compared as text
};

// Two persons who have more in common than any two: of one household, or of one name.
enum class Relation { kHousehold, kNamesakes };
inline constexpr int kRelations = 2;

// What a field is to people of a relation.
enum class RelationRole {
  kApart,   // as with any two people: the given name in a household, the phone of namesakes
  kShared,  // most likely the same: surname and address in a household
  kOther,   // to be learned: an e-mail address that is made of a name
};
RelationRole RoleOf(FieldType type, Relation relation);

// "given_name", "surname", "full_name", "street_number", "address", "city", "postcode", "state",
// "date_of_birth", "email", "phone", "id", "category", "text".
absl::string_view NameOf(FieldType type);

// The type of that name, in any case; "street", "suburb", "name", "dob", "e-mail", "sex" and the
// like are understood too. INVALID_ARGUMENT lists the names.
absl::StatusOr<FieldType> ParseFieldType(absl::string_view name);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_FIELD_TYPE_H_

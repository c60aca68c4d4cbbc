#include "services/profile-service/core/identity/field_type.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/status/error_details.h"

namespace clientele::profile {
namespace {

using NamedType = std::pair<absl::string_view, FieldType>;

// The first of each type is its own name.
constexpr std::array<NamedType, 41> kTypeNames = {{
    {"given_name", FieldType::kGivenName},
    {"first_name", FieldType::kGivenName},
    {"forename", FieldType::kGivenName},
    {"surname", FieldType::kSurname},
    {"last_name", FieldType::kSurname},
    {"family_name", FieldType::kSurname},
    {"full_name", FieldType::kFullName},
    {"name", FieldType::kFullName},
    {"display_name", FieldType::kFullName},
    {"street_number", FieldType::kStreetNumber},
    {"house_number", FieldType::kStreetNumber},
    {"address", FieldType::kAddress},
    {"street", FieldType::kAddress},
    {"city", FieldType::kCity},
    {"suburb", FieldType::kCity},
    {"town", FieldType::kCity},
    {"postcode", FieldType::kPostcode},
    {"postal_code", FieldType::kPostcode},
    {"zip", FieldType::kPostcode},
    {"state", FieldType::kState},
    {"province", FieldType::kState},
    {"region", FieldType::kState},
    {"country", FieldType::kState},
    {"date_of_birth", FieldType::kDateOfBirth},
    {"dob", FieldType::kDateOfBirth},
    {"birthday", FieldType::kDateOfBirth},
    {"date", FieldType::kDateOfBirth},
    {"email", FieldType::kEmail},
    {"e-mail", FieldType::kEmail},
    {"phone", FieldType::kPhone},
    {"telephone", FieldType::kPhone},
    {"mobile", FieldType::kPhone},
    {"id", FieldType::kIdentifier},
    {"identifier", FieldType::kIdentifier},
    {"external_id", FieldType::kIdentifier},
    {"category", FieldType::kCategory},
    {"sex", FieldType::kCategory},
    {"gender", FieldType::kCategory},
    {"title", FieldType::kCategory},
    {"text", FieldType::kText},
    {"other", FieldType::kText},
}};

}  // namespace

RelationRole RoleOf(FieldType type, Relation relation) {
  const bool household = relation == Relation::kHousehold;
  switch (type) {
    case FieldType::kSurname:
      return RelationRole::kShared;
    case FieldType::kGivenName:
      return household ? RelationRole::kApart : RelationRole::kShared;
    case FieldType::kFullName:
      return household ? RelationRole::kOther : RelationRole::kShared;
    case FieldType::kStreetNumber:
    case FieldType::kAddress:
    case FieldType::kCity:
    case FieldType::kPostcode:
    case FieldType::kState:
    case FieldType::kPhone:
      return household ? RelationRole::kShared : RelationRole::kApart;
    case FieldType::kDateOfBirth:
    case FieldType::kIdentifier:
      return RelationRole::kApart;
    case FieldType::kCategory:
      // Language and sex go with names.
      return household ? RelationRole::kApart : RelationRole::kOther;
    case FieldType::kEmail:
    case FieldType::kText:
      return RelationRole::kOther;
  }
  return RelationRole::kOther;
}

absl::string_view NameOf(FieldType type) {
  for (const NamedType& named : kTypeNames) {
    if (named.second == type) return named.first;
  }
  return "";
}

absl::StatusOr<FieldType> ParseFieldType(absl::string_view name) {
  const std::string wanted = absl::AsciiStrToLower(name);
  std::vector<absl::string_view> names;
  for (const NamedType& named : kTypeNames) {
    if (named.first == wanted) return named.second;
    if (named.first == NameOf(named.second)) names.push_back(named.first);
  }
  return InvalidField("type", absl::StrCat("is ", name.substr(0, 40), "; it must be one of ",
                                           absl::StrJoin(names, ", ")));
}

}  // namespace clientele::profile

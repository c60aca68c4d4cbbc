#include "services/profile-service/core/identity/field_detection.h"

#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

namespace clientele::profile {
namespace {

std::vector<std::string> Words() { return {"waller", "berry", "sondergeld", "berry", "kay"}; }

TEST_CASE("headers in English and Chinese say the type") {
  const std::vector<std::pair<const char*, FieldType>> headers = {
      {"given_name", FieldType::kGivenName},
      {"First Name", FieldType::kGivenName},
      {"FirstName", FieldType::kGivenName},
      {"fname", FieldType::kGivenName},
      {"surname", FieldType::kSurname},
      {"lastName", FieldType::kSurname},
      {"Name", FieldType::kFullName},
      {"display_name", FieldType::kFullName},
      {"street_number", FieldType::kStreetNumber},
      {"House No", FieldType::kStreetNumber},
      {"address_1", FieldType::kAddress},
      {"street", FieldType::kAddress},
      {"suburb", FieldType::kCity},
      {"City", FieldType::kCity},
      {"postcode", FieldType::kPostcode},
      {"ZIP", FieldType::kPostcode},
      {"zipCode", FieldType::kPostcode},
      {"state", FieldType::kState},
      {"Phone Number", FieldType::kPhone},
      {"姓名", FieldType::kFullName},
      {"手机号", FieldType::kPhone},
      {"家庭地址", FieldType::kAddress},
      {"姓", FieldType::kSurname},
      {"gender", FieldType::kCategory},
      {"soc_sec_id", FieldType::kIdentifier}};
  for (const auto& [header, type] : headers) {
    INFO(header);
    CHECK(DetectField(header, Words()).type == type);
  }
}

TEST_CASE("contents say the type where the header does not") {
  CHECK(DetectField("x1", std::vector<std::string>{"a@b.com", "c@d.org", ""}).type ==
        FieldType::kEmail);
  CHECK(DetectField("x2", std::vector<std::string>{"19800307", "19510228", "19990101"}).type ==
        FieldType::kDateOfBirth);
  CHECK(DetectField("x3", std::vector<std::string>{"+44 20 7946 0000", "020 7946 0001"}).type ==
        FieldType::kPhone);
  CHECK(DetectField("x4", Words()).type == FieldType::kText);
  std::vector<std::string> plans;
  for (int i = 0; i < 100; ++i) plans.push_back(i % 2 == 0 ? "gold" : "silver");
  CHECK(DetectField("plan", plans).type == FieldType::kCategory);
}

TEST_CASE("a header that the values do not keep is not believed") {
  CHECK(DetectField("date of birth", Words()).type == FieldType::kText);
  CHECK(DetectField("email", Words()).type == FieldType::kText);
}

TEST_CASE("what numbers the rows, or has one value, says nothing of persons") {
  std::vector<std::string> ids;
  for (int i = 0; i < 50; ++i) ids.push_back(absl::StrCat("rec-", i, "-org"));
  CHECK_FALSE(DetectField("rec_id", ids).type.has_value());
  CHECK_FALSE(DetectField("country", std::vector<std::string>{"au", "au", ""}).type.has_value());
  // Shared by two rows, it is an identifier of persons.
  ids[7] = ids[8];
  CHECK(DetectField("rec_id", ids).type == FieldType::kIdentifier);
}

}  // namespace
}  // namespace clientele::profile

#include "services/profile-service/core/identity/field_value.h"

#include <string>
#include <utility>

#include <catch2/catch_test_macros.hpp>

namespace clientele::profile {
namespace {

TEST_CASE("dates of many forms are one date") {
  for (const char* text : {"1980-03-07", "19800307", "7/3/1980", "07.03.1980", "1980/3/7",
                           "7 March 1980", "March 7, 1980", "7-Mar-1980", "1980年3月7日",
                           "1980-03-07T00:00:00Z", " 1980-03-07 10:11:12 "}) {
    INFO(text);
    CHECK(Standardize(FieldType::kDateOfBirth, text).text == U"19800307");
  }
  // The second number can only be a day.
  CHECK(Standardize(FieldType::kDateOfBirth, "3/27/1980").text == U"19800327");
}

TEST_CASE("what is no date is kept to be compared as it is") {
  CHECK(Standardize(FieldType::kDateOfBirth, "19319924").text == U"19319924");
  CHECK(Standardize(FieldType::kDateOfBirth, "spring").text == U"spring");
}

TEST_CASE("values lose what does not tell persons apart") {
  CHECK(Standardize(FieldType::kSurname, "  O'NEILL ").text == U"oneill");
  CHECK(Standardize(FieldType::kSurname, "Smith-Jones").text == U"smith jones");
  CHECK(Standardize(FieldType::kAddress, "12 High St.").text == U"12 high street");
  CHECK(Standardize(FieldType::kAddress, "St Kilda Rd").text == U"st kilda road");
  CHECK(Standardize(FieldType::kPhone, "+44 (0)20 7946-0000").text == U"4402079460000");
  CHECK(Standardize(FieldType::kPostcode, "sw1a 1aa").text == U"sw1a1aa");
  CHECK(Standardize(FieldType::kFullName, "ＬＩ Wei").text == U"li wei");
}

TEST_CASE("words that say that nothing is known are missing values") {
  for (const char* text : {"", "  ", "NULL", "N/A", "unknown", "-", "未知"}) {
    INFO(text);
    CHECK(Standardize(FieldType::kSurname, text).missing());
  }
}

TEST_CASE("an e-mail address is its local part without points and tags, and its domain") {
  const FieldValue value = Standardize(FieldType::kEmail, "Anna.Smith+shop@Example.com");
  CHECK(value.text == U"anna.smith+shop@example.com");
  CHECK(value.words == std::vector<std::u32string>{U"annasmith", U"example.com"});
}

}  // namespace
}  // namespace clientele::profile

#include "services/profile-service/core/identity/agreement.h"

#include <catch2/catch_test_macros.hpp>

#include "services/profile-service/core/identity/nicknames.h"

namespace clientele::profile {
namespace {

Agreement Compare(FieldType type, const char* a, const char* b) {
  const Agreement agreement = CompareValues(type, Standardize(type, a), Standardize(type, b));
  CHECK(CompareValues(type, Standardize(type, b), Standardize(type, a)) == agreement);
  return agreement;
}

TEST_CASE("names agree by spelling, as nicknames, and by their initial") {
  using enum Agreement;
  CHECK(Compare(FieldType::kGivenName, "Anna", "ANNA") == kExact);
  CHECK(Compare(FieldType::kGivenName, "Bill", "William") == kEquivalent);
  CHECK(Compare(FieldType::kGivenName, "小明", "阿明") == kEquivalent);
  CHECK(Compare(FieldType::kGivenName, "Kynan", "Kynzn") == kClose);
  CHECK(Compare(FieldType::kGivenName, "J", "John") == kSimilar);
  CHECK(Compare(FieldType::kGivenName, "Benjamin", "Joshua") == kDifferent);
  CHECK(Compare(FieldType::kSurname, "Bill", "William") != kEquivalent);
  CHECK(Compare(FieldType::kSurname, "", "White") == kMissing);
}

TEST_CASE("nicknames do not join two formal names") {
  CHECK(AreFormsOfOneName(U"al", U"albert"));
  CHECK(AreFormsOfOneName(U"al", U"alan"));
  CHECK_FALSE(AreFormsOfOneName(U"alan", U"albert"));
  CHECK(FormalName(U"bill") == U"william");
  CHECK(FormalName(U"小明") == U"明");
  CHECK(FormalName(U"nobody") == U"nobody");
}

TEST_CASE("full names agree in any order, without a middle name, and in Chinese") {
  using enum Agreement;
  CHECK(Compare(FieldType::kFullName, "Anna Smith", "Smith, Anna") == kEquivalent);
  CHECK(Compare(FieldType::kFullName, "Anna Smith", "Anna Maria Smith") == kEquivalent);
  CHECK(Compare(FieldType::kFullName, "Liz Smith", "Elizabeth Smith") == kEquivalent);
  CHECK(Compare(FieldType::kFullName, "Anna Smith", "Anna Smiht") == kClose);
  CHECK(Compare(FieldType::kFullName, "Anna Smith", "Anna Jones") > kSimilar);
  CHECK(Compare(FieldType::kFullName, "王小明", "小明") == kEquivalent);
  CHECK(Compare(FieldType::kFullName, "王小明", "王晓明") == kClose);
  CHECK(Compare(FieldType::kFullName, "王小明", "李大伟") == kDifferent);
}

TEST_CASE("dates agree with exchanged day and month, one wrong digit, or two parts of three") {
  using enum Agreement;
  CHECK(Compare(FieldType::kDateOfBirth, "1980-03-07", "7.3.1980") == kExact);
  CHECK(Compare(FieldType::kDateOfBirth, "1980-03-07", "1980-07-03") == kEquivalent);
  CHECK(Compare(FieldType::kDateOfBirth, "1980-03-07", "1980-03-17") == kClose);
  CHECK(Compare(FieldType::kDateOfBirth, "1980-03-07", "1980-03-28") == kSimilar);
  CHECK(Compare(FieldType::kDateOfBirth, "1980-03-07", "1980-11-28") == kVague);
  CHECK(Compare(FieldType::kDateOfBirth, "1980-03-07", "1951-11-28") == kDifferent);
}

TEST_CASE("phones and e-mail addresses agree under other spellings, and not by their digits") {
  using enum Agreement;
  CHECK(Compare(FieldType::kPhone, "+61 2 9999 0000", "02 9999 0000") == kEquivalent);
  CHECK(Compare(FieldType::kPhone, "02 9999 0000", "02 9999 0001") == kClose);
  CHECK(Compare(FieldType::kPhone, "02 9999 0000", "03 1234 5678") == kDifferent);
  CHECK(Compare(FieldType::kEmail, "a.b@x.com", "ab+shop@x.com") == kEquivalent);
  CHECK(Compare(FieldType::kEmail, "anna.b@x.com", "anna.b@y.org") == kSimilar);
  CHECK(Compare(FieldType::kEmail, "anna.brown@x.com", "anna.bruwn@x.com") == kClose);
  // Two people of one name whom a number tells apart.
  CHECK(Compare(FieldType::kEmail, "anna.b17@x.com", "anna.b18@x.com") > kClose);
}

TEST_CASE("addresses agree in another order and under abbreviations") {
  using enum Agreement;
  CHECK(Compare(FieldType::kAddress, "Tullaroop Street", "tullaroop st") == kExact);
  CHECK(Compare(FieldType::kAddress, "Tullaroop Street", "street tullaroop") == kEquivalent);
  CHECK(Compare(FieldType::kAddress, "edkins street", "edkins setreet") == kClose);
  CHECK(Compare(FieldType::kAddress, "edkins street", "salkauskas crescent") == kDifferent);
}

TEST_CASE("a short number with another digit is another number") {
  using enum Agreement;
  CHECK(Compare(FieldType::kPostcode, "3265", "3625") == kClose);
  CHECK(Compare(FieldType::kStreetNumber, "8", "3") == kVague);
  CHECK(Compare(FieldType::kIdentifier, "5304218", "9239102") == kDifferent);
}

}  // namespace
}  // namespace clientele::profile

#include "tools/clientele/import/contacts.h"

#include <catch2/catch_test_macros.hpp>

#include "tools/clientele/import/empty_word.h"
#include "tools/clientele/import/row_checks.h"

namespace clientele::cli {
namespace {

TEST_CASE("phones as people write them pass") {
  for (const char* phone :
       {"", "+442079460003", "00442079460003", "+44 (0)20 7946 0003", "020 7946 0003 ext. 5",
        "020 7946 0003 x5", "(555) 123-4567", "030/1234567", "+49 30 1234-0", "12345",
        "+8613800138000", "010-12345678 转 801"}) {
    CAPTURE(phone);
    CHECK(WhyNoPhone(phone).empty());
  }
  CHECK(CleanPhone("'+442079460003") == "+442079460003");
  CHECK(CleanPhone("'020 7946") == "020 7946");
  CHECK(CleanPhone("１３８００１３８０００") == "13800138000");
  CHECK(CleanPhone("'s") == "'s");
}

TEST_CASE("phones that cannot be any say why") {
  CHECK(WhyNoPhone("4.42079E+11") == "is in scientific notation: its digits are lost");
  CHECK(WhyNoPhone("4,42E11") == "is in scientific notation: its digits are lost");
  CHECK(WhyNoPhone("=+442079460003") == "is a formula of a spreadsheet");
  CHECK(WhyNoPhone("+442079460003 / +442079460004") == "holds two numbers");
  CHECK(WhyNoPhone("2079460003; 2079460004") == "holds two numbers");
  CHECK(WhyNoPhone("not a phone") == "has letters");
  CHECK(WhyNoPhone("123") == "has too few digits");
  CHECK(WhyNoPhone("1234567890123456") == "has more than 15 digits");
}

TEST_CASE("addresses as people have them pass") {
  for (const char* email : {"", "ann@example.com", "o'neil@example.com", "first+tag@example.com",
                            "用户@例子.广告", "\"quoted local\"@example.com", "a@b.co",
                            "\"a@b\"@example.com", "x@[192.0.2.1]", "ann@münchen.example"}) {
    CAPTURE(email);
    CHECK(WhyNoEmail(email).empty());
  }
}

TEST_CASE("addresses that cannot be any say why") {
  CHECK(WhyNoEmail("a@example.com;b@example.com") == "holds two addresses");
  CHECK(WhyNoEmail("a@example.com, b@example.com") == "holds two addresses");
  CHECK(WhyNoEmail("Ann <a@example.com>") == "holds a name beside the address");
  CHECK(WhyNoEmail("mailto:a@example.com") == "begins with mailto");
  CHECK(WhyNoEmail("no-at-sign") == "has no @");
  CHECK(WhyNoEmail("a@example") == "has a domain without a dot");
  CHECK(WhyNoEmail("=HYPERLINK(\"a@example.com\")") == "is a formula of a spreadsheet");
  CHECK_FALSE(WhyNoEmail("@example.com").empty());
  CHECK_FALSE(WhyNoEmail("a@").empty());
  CHECK_FALSE(WhyNoEmail("a b@example.com").empty());
  CHECK_FALSE(WhyNoEmail("a..b@example.com").empty());
  CHECK_FALSE(WhyNoEmail("a@example..com").empty());
  CHECK_FALSE(WhyNoEmail("a@-example.com").empty());
}

TEST_CASE("words that stand for nothing are empty, and names are not") {
  for (const char* word : {"NULL", "null", "\\N", "#N/A", "N/A", "NaN", "None", "#REF!"}) {
    CAPTURE(word);
    CHECK(IsEmptyWord(word));
  }
  for (const char* word : {"Null", "NA", "Nil", "0", "-", "", "Anna"}) {
    CAPTURE(word);
    CHECK_FALSE(IsEmptyWord(word));
  }
}

TEST_CASE("lines of totals and row counts are told from data") {
  CHECK_FALSE(WhyNoData({"Total", "", "1.00"}).empty());
  CHECK_FALSE(WhyNoData({"", "Grand Total:", "€ 1,234.00"}).empty());
  CHECK_FALSE(WhyNoData({"合计", "12"}).empty());
  CHECK_FALSE(WhyNoData({"(1 row)", "", ""}).empty());
  CHECK_FALSE(WhyNoData({"1,234 rows selected."}).empty());
  CHECK(WhyNoData({"Total", "Total yoghurt", "1.00"}).empty());
  CHECK(WhyNoData({"Total"}).empty());
  CHECK(WhyNoData({"i1", "Total", "1.00"}).empty());
  CHECK(WhyNoData({"", ""}).empty());
  CHECK(IsBlankRow({" ", "\u00a0", ""}));
  CHECK_FALSE(IsBlankRow({"", "x"}));
}

TEST_CASE("a policy has one of three names") {
  CHECK(*ParseBadContactPolicy("empty") == BadContactPolicy::kEmpty);
  CHECK_FALSE(ParseBadContactPolicy("maybe").ok());
}

}  // namespace
}  // namespace clientele::cli

#include "services/qa-service/core/answering/stated_values.h"

#include <catch2/catch_test_macros.hpp>

namespace clientele::qa {
namespace {

using Values = std::set<std::string>;

TEST_CASE("numbers are one whatever their spelling, with the unit beside them") {
  CHECK(ValuesOf("within thirty days") == Values{"30", "30 day"});
  CHECK(ValuesOf("30 calendar days") == Values{"30", "30 day"});
  CHECK(ValuesOf("三十天内") == Values{"30", "30 day"});
  CHECK(ValuesOf("７天") == Values{"7", "7 day"});
  CHECK(ValuesOf("5个工作日") == Values{"5", "5 day"});
  CHECK(ValuesOf("£1,250.00") == Values{"1250", "1250 gbp"});
  CHECK(ValuesOf("1250 pounds") == Values{"1250", "1250 gbp"});
  CHECK(ValuesOf("99元") == Values{"99", "99 cny"});
  CHECK(ValuesOf("12.5 %") == Values{"12.5", "12.5 percent"});
  CHECK(ValuesOf("百分之五") == Values{"5", "5 percent"});
  CHECK(ValuesOf("twenty-one hours") == Values{"21", "21 hour"});
  CHECK(ValuesOf("one hundred and two") == Values{"100", "2"});
  CHECK(ValuesOf("两百三十") == Values{"230"});
}

TEST_CASE("dates are numbers of months and days in both languages") {
  CHECK(ValuesOf("on March 5") == Values{"3", "3 month", "5"});
  CHECK(ValuesOf("5 March 2026") == Values{"3", "3 month", "5", "2026"});
  CHECK(ValuesOf("2026年3月5日") == Values{"2026", "2026 year", "3", "3 month", "5", "5 day"});
  CHECK(ValuesOf("You may march with us").empty());
}

TEST_CASE("a word that counts nothing is no number") {
  CHECK(ValuesOf("one of our agents").empty());
  CHECK(ValuesOf("一些商品").empty());
  CHECK(ValuesOf("").empty());
}

TEST_CASE("a denial is found in both languages") {
  for (const char* text : {"You cannot return it.", "We don't ship abroad.", "No refund is given.",
                           "Never put it in water.", "不支持退货。", "没有运费。", "無需登錄"}) {
    INFO(text);
    CHECK(Denies(text));
  }
  for (const char* text : {"You can return it.", "A notable note.", "支持退货。", ""}) {
    INFO(text);
    CHECK_FALSE(Denies(text));
  }
}

}  // namespace
}  // namespace clientele::qa

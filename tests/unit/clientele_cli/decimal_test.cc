#include "tools/clientele/import/decimal.h"

#include <string>

#include <catch2/catch_test_macros.hpp>

namespace clientele::cli {
namespace {

int64_t Micros(absl::string_view text) {
  const absl::StatusOr<Decimal> value = ParseDecimal(text);
  REQUIRE(value.ok());
  const absl::StatusOr<int64_t> micros = ToMicros(*value);
  REQUIRE(micros.ok());
  return *micros;
}

TEST_CASE("decimals become millionths exactly") {
  CHECK(Micros("6.95") == 6950000);
  CHECK(Micros(" 12 ") == 12000000);
  CHECK(Micros("-0.001") == -1000);
  CHECK(Micros("+.5") == 500000);
  CHECK(Micros("1.") == 1000000);
  CHECK(Micros("0.000001") == 1);
  CHECK(Micros("1,234,567.89") == 1234567890000);
  CHECK(Micros("-53594.36") == -53594360000);
  // 8.2 is not a binary fraction: through a double and truncation it would be 8199999.
  CHECK(Micros("8.2") == 8200000);
  CHECK(Micros("1.10000000000000000000000") == 1100000);
}

TEST_CASE("a rest below a millionth is rounded once, half away from zero") {
  CHECK(Micros("0.0000005") == 1);
  CHECK(Micros("-0.0000005") == -1);
  CHECK(Micros("0.00000049999") == 0);
}

TEST_CASE("a product is exact before it is rounded") {
  // 0.0000004 x 3 = 0.0000012: rounding the price first would give 0.
  const Decimal product = Times(*ParseDecimal("0.0000004"), *ParseDecimal("3"));
  CHECK(*ToMicros(product) == 1);
  CHECK(*ToMicros(Times(*ParseDecimal("6.95"), *ParseDecimal("12"))) == 83400000);
  CHECK(*ToMicros(Times(*ParseDecimal("2.55"), *ParseDecimal("-6"))) == -15300000);
}

TEST_CASE("what is no decimal is refused") {
  for (const char* text : {"", " ", "-", ".", "abc", "1.2.3", "nan", "inf", "1e3", "0x10", "1,23",
                           "12,34.5", ",123", "1,", "1.5,000", "£5", "--1", "1 2"}) {
    INFO(text);
    CHECK(absl::IsInvalidArgument(ParseDecimal(text).status()));
  }
}

TEST_CASE("what does not fit is refused") {
  CHECK_FALSE(ParseDecimal("12345678901234567890").ok());
  CHECK(ParseDecimal("000000000000000000000000000001").ok());
  CHECK_FALSE(ToMicros(*ParseDecimal("9999999999999999999")).ok());
  CHECK(*ToMicros(*ParseDecimal("9223372036854.775807")) == 9223372036854775807);
  CHECK_FALSE(ToMicros(*ParseDecimal("9223372036854.775808")).ok());
}

TEST_CASE("doubles are the nearest ones") {
  CHECK(ToDouble(*ParseDecimal("0.1")) == 0.1);
  CHECK(ToDouble(*ParseDecimal("-12.375")) == -12.375);
  CHECK(ToDouble(*ParseDecimal("0")) == 0.0);
}

}  // namespace
}  // namespace clientele::cli

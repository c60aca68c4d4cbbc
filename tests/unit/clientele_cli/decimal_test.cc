#include "tools/clientele/import/decimal.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tools/clientele/import/number_survey.h"

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
  for (const char* text :
       {"",    " ",    "-",    ".",       "abc",       "1.2.3",  "nan",     "inf",
        "1e3", "0x10", "1,23", "12,34.5", ",123",      "1,",     "1.5,000", "--1",
        "1 2", "5 kg", "£5€",  "1 2345",  "12,345,67", "4.4E+11"}) {
    INFO(text);
    CHECK(absl::IsInvalidArgument(ParseDecimal(text).status()));
  }
}

TEST_CASE("currencies, spaces and apostrophes may stand with a number, in digits of any script") {
  CHECK(Micros("£6.95") == 6950000);
  CHECK(Micros("6.95 €") == 6950000);
  CHECK(Micros("US$ 1,234.50") == 1234500000);
  CHECK(Micros("EUR -5") == -5000000);
  CHECK(Micros("-$5") == -5000000);
  CHECK(Micros("(5.00)") == -5000000);
  CHECK(Micros("1 234.56") == 1234560000);
  CHECK(Micros("1'234.56") == 1234560000);
  CHECK(Micros("1\u00a0234.56") == 1234560000);
  CHECK(Micros("1\u202f234") == 1234000000);
  CHECK(Micros("٣") == 3000000);
  CHECK(Micros("６.９５") == 6950000);
  CHECK(CurrencyBeside("6.95 €") == "€");
  CHECK(CurrencyBeside("EUR 6") == "EUR");
  CHECK(CurrencyBeside("6") == "");
  CHECK(MayMeanCurrency("£", "GBP"));
  CHECK_FALSE(MayMeanCurrency("£", "EUR"));
  CHECK(MayMeanCurrency("$", "CAD"));
  CHECK_FALSE(MayMeanCurrency("EUR", "USD"));
}

TEST_CASE("with a decimal comma, points and commas change places") {
  CHECK(*ToMicros(*ParseDecimal("6,95", DecimalMark::kComma)) == 6950000);
  CHECK(*ToMicros(*ParseDecimal("1.234,5", DecimalMark::kComma)) == 1234500000);
  CHECK(*ToMicros(*ParseDecimal("1.234", DecimalMark::kComma)) == 1234000000);
  CHECK(*ToMicros(*ParseDecimal("1 234,5", DecimalMark::kComma)) == 1234500000);
  CHECK_FALSE(ParseDecimal("6.95", DecimalMark::kComma).ok());
  CHECK(ParseDecimal("6,95").status().message().find("--decimal_comma") != absl::string_view::npos);
}

TEST_CASE("numbers tell how they are written, or that they do not") {
  CHECK(EvidenceOf("12") == MarkEvidence::kNone);
  CHECK(EvidenceOf("none") == MarkEvidence::kNone);
  CHECK(EvidenceOf("12,345,67") == MarkEvidence::kNone);
  for (const char* text :
       {"6.95", "1,234.56", "1,234,567", "0.125", ".5", "1234.567", "£1 234.5"}) {
    CAPTURE(text);
    CHECK(EvidenceOf(text) == MarkEvidence::kPoint);
  }
  for (const char* text : {"6,95", "1.234,56", "1.234.567", "0,125", ",5", "1234,567"}) {
    CAPTURE(text);
    CHECK(EvidenceOf(text) == MarkEvidence::kComma);
  }
  CHECK(EvidenceOf("1.250") == MarkEvidence::kEitherPoint);
  CHECK(EvidenceOf("1,250") == MarkEvidence::kEitherComma);
}

TEST_CASE("a file that mixes conventions stops with both lines") {
  const auto finish = [](DecimalMark mark, const std::vector<std::string>& cells) {
    NumberSurvey survey(mark);
    int64_t line = 1;
    for (const std::string& cell : cells) survey.Add(++line, cell);
    return survey.Finish();
  };
  const absl::Status mixed = finish(DecimalMark::kPoint, {"3", "6.95", "6,95"});
  CHECK(mixed.message().find("line 3 writes 6.95, line 4 writes 6,95") != absl::string_view::npos);
  CHECK_FALSE(finish(DecimalMark::kComma, {"6.95", "6,95"}).ok());
  CHECK(finish(DecimalMark::kPoint, {"6,95"}).message().find("--decimal_comma") !=
        absl::string_view::npos);
  CHECK_FALSE(finish(DecimalMark::kComma, {"6.95"}).ok());
  CHECK_FALSE(finish(DecimalMark::kPoint, {"1.250", "1,250"}).ok());
  CHECK(finish(DecimalMark::kComma, {"1.250", "1,250", "12,50"}).ok());
  CHECK(finish(DecimalMark::kPoint, {"1.25", "1,250"}).ok());
  NumberSurvey unsure(DecimalMark::kPoint);
  unsure.Add(7, "1,250");
  CHECK(unsure.Finish().ok());
  CHECK(unsure.Assumption().find("1,250 in line 7") != std::string::npos);
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

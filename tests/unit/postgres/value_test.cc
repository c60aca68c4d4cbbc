#include "common/postgres/value.h"

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

namespace clientele::postgres {
namespace {

TEST_CASE("parameters have PostgreSQL's text form") {
  CHECK(Value("text").text() == "text");
  CHECK(Value(std::string("text")).text() == "text");
  CHECK(Value(true).text() == "t");
  CHECK(Value(false).text() == "f");
  CHECK(Value(-7).text() == "-7");
  CHECK(Value(std::numeric_limits<uint64_t>::max()).text() == "18446744073709551615");
  CHECK(Value(0.1).text() == "0.1");
  CHECK(Value(0.1f).text() == "0.1");
  CHECK(Value(std::nan("")).text() == "NaN");
  CHECK(Value(-std::numeric_limits<double>::infinity()).text() == "-Infinity");
  CHECK(Value(Bytes{std::string("\0\xff", 2)}).text() == "\\x00ff");
  CHECK(Value(absl::FromUnixMicros(1)).text() == "1970-01-01 00:00:00.000001+00");
}

TEST_CASE("absent values are NULL, empty ones are not") {
  CHECK(Value(nullptr).is_null());
  CHECK(Value(std::nullopt).is_null());
  CHECK(Value(std::optional<int64_t>()).is_null());
  CHECK(Value(std::optional<int64_t>(3)).text() == "3");
  CHECK_FALSE(Value("").is_null());
  CHECK_FALSE(Value(std::vector<std::string>()).is_null());
}

TEST_CASE("a constant text is not taken for a boolean") {
  const char* const text = "false";
  CHECK(Value(text).text() == "false");
}

TEST_CASE("arrays are literals with quoted and escaped elements") {
  CHECK(Value(std::vector<std::string>{}).text() == "{}");
  CHECK(Value(std::vector<std::string>{"a", "", R"(q"b\)"}).text() == R"({"a","","q\"b\\"})");
  CHECK(Value(std::vector<int64_t>{1, -2}).text() == "{1,-2}");
  CHECK(Value(std::vector<bool>{true, false}).text() == "{t,f}");
  CHECK(Value(std::vector<Bytes>{{"\x01"}, {""}}).text() == R"({"\\x01","\\x"})");
  CHECK(Value(std::vector<absl::Time>{absl::UnixEpoch()}).text() ==
        R"({"1970-01-01 00:00:00.000000+00"})");
  CHECK(Value(std::vector<std::optional<double>>{1.5, std::nullopt}).text() == "{1.5,NULL}");
}

TEST_CASE("NUL in text is noticed, alone and in arrays, and is fine in bytes") {
  const std::string nul("a\0b", 3);
  CHECK(Value(nul).has_nul());
  CHECK(Value(std::vector<std::string>{"x", nul}).has_nul());
  CHECK_FALSE(Value("ab").has_nul());
  CHECK_FALSE(Value(Bytes{nul}).has_nul());
}

}  // namespace
}  // namespace clientele::postgres

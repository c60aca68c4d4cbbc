#include "tools/clientele-models/evaluate/time_column.h"

#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"

namespace clientele::models {
namespace {

TimeColumn ColumnOf(const std::vector<const char*>& cells) {
  TimeColumn column;
  for (const char* cell : cells) REQUIRE(column.Add(cell, 1).ok());
  column.Finish();
  return column;
}

TEST_CASE("calendar times are seconds since 1970, in UTC unless they say their zone") {
  const TimeColumn column =
      ColumnOf({"1970-01-02", "1970-01-01 00:01:05", "1970-01-01T01:00:00Z", "1970/01/01 02:00",
                "1970-01-01T00:00:00+01:00", " 1970-01-01 00:00:00.5 "});
  CHECK(column.values() == std::vector<double>{86400, 65, 3600, 7200, -3600, 0.5});
  CHECK(*column.Instant("1970-01-03") == 2 * 86400);
}

TEST_CASE("epochs stay as they are, and dates find their unit by magnitude") {
  CHECK(*ColumnOf({"881250949", "893286638"}).Instant("1998-01-01") == 883612800);
  CHECK(*ColumnOf({"1485630413000.0"}).Instant("1998-01-01") == 883612800e3);
  CHECK(*ColumnOf({"1485630413000000"}).Instant("1998-01-01") == 883612800e6);
  CHECK(*ColumnOf({"5", "7"}).Instant("6") == 6);
}

TEST_CASE("a column says how many of its units are a second, where it is one of time") {
  CHECK(ColumnOf({"1998-01-01"}).UnitsPerSecond() == 1);
  CHECK(ColumnOf({"19970101"}).UnitsPerSecond() == 1);
  CHECK(ColumnOf({"881250949", "893286638"}).UnitsPerSecond() == 1);
  CHECK(ColumnOf({"1485630413000"}).UnitsPerSecond() == 1e3);
  CHECK(ColumnOf({"5", "711"}).UnitsPerSecond() == std::nullopt);
}

TEST_CASE("numbers that are all days of the calendar are days") {
  const TimeColumn column = ColumnOf({"19970101", "19970102"});
  CHECK(column.values()[1] - column.values()[0] == 86400);
  CHECK(*column.Instant("1997-01-02") == column.values()[1]);
  CHECK(*column.Instant("19970102") == column.values()[1]);
  CHECK(ColumnOf({"19970101", "19971399"}).values()[1] == 19971399);
}

TEST_CASE("what is no time, or of another kind than before, is named with its line") {
  TimeColumn column;
  const absl::Status wrong = column.Add("12/01/2010", 7);
  CHECK(absl::StrContains(wrong.message(), "line 7"));
  CHECK(!column.Add("", 1).ok());
  CHECK(!column.Add("nan", 1).ok());
  REQUIRE(column.Add("2010-11-01", 8).ok());
  const absl::Status other = column.Add("5", 9);
  CHECK(absl::StrContains(other.message(), "line 9"));
  CHECK(!column.Instant("soon").ok());
}

}  // namespace
}  // namespace clientele::models

#include <map>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/ascii.h"

#include "tools/clientele/import/event_time.h"
#include "tools/clientele/import/line_id.h"
#include "tools/clientele/import/resource_id.h"

namespace clientele::cli {
namespace {

TEST_CASE("ids that fit stay as they are") {
  for (const char* id : {"85123A", "gift_0001_30", "WL-1001", "a.b", "_", "a_", "x_Z9"}) {
    CHECK(*EncodeResourceId(id) == id);
  }
}

TEST_CASE("other bytes are written in hexadecimal and spaces around an id go") {
  CHECK(*EncodeResourceId("15056 BL") == "15056_.20BL");
  CHECK(*EncodeResourceId("  15056 BL\t") == "15056_.20BL");
  CHECK(*EncodeResourceId("BANK CHARGES") == "BANK_.20CHARGES");
  CHECK(*EncodeResourceId("a/b") == "a_.2fb");
  CHECK(*EncodeResourceId("é") == "_.c3_.a9");
}

TEST_CASE("distinct ids never become one") {
  const std::vector<std::string> ids = {
      "a b",  "a_20b",      "a_.20b", "a_.5f.20b", "a_.", "a_",      "a_.5f.", "a/b",      "a_.2fb",
      "_._.", "_.5f._.5f.", "_",      "_20",       " _",  "\u00a0a", "a",      "_.c2_.a0a"};
  std::map<std::string, std::string> seen;
  for (const std::string& id : ids) {
    const std::string plain(absl::StripAsciiWhitespace(id));
    const auto [found, is_new] = seen.emplace(*EncodeResourceId(id), plain);
    CAPTURE(id, found->second, found->first);
    CHECK((is_new || found->second == plain));
  }
}

TEST_CASE("long ids are cut and made distinct by a hash") {
  const std::string long_id(80, 'a');
  const std::string encoded = *EncodeResourceId(long_id);
  CHECK(encoded.size() == 64);
  CHECK(encoded == *EncodeResourceId(long_id));
  CHECK(encoded != *EncodeResourceId(long_id + "b"));
  CHECK(*EncodeResourceId(std::string(64, 'a')) == std::string(64, 'a'));
}

TEST_CASE("an empty id is refused") {
  CHECK_FALSE(EncodeResourceId("").ok());
  CHECK_FALSE(EncodeResourceId("  ").ok());
}

TEST_CASE("equal lines are counted by ordinals, the same in every run") {
  LineIds first("shop.csv");
  LineIds second("shop.csv");
  const std::vector<std::string> line = {"489434", "85048", "12"};
  const LineId a = first.Next(line);
  const LineId b = first.Next(line);
  CHECK(a.ordinal == 0);
  CHECK(b.ordinal == 1);
  CHECK(a.text != b.text);
  CHECK(a.text.size() == 32);
  CHECK(second.Next(line).text == a.text);
  CHECK(second.Next({"489434", "85048", "13"}).ordinal == 0);
  CHECK(second.Next(line).text == b.text);
}

TEST_CASE("another source or another split of the same text is another line") {
  LineIds shop("shop.csv");
  LineIds other("other.csv");
  CHECK(shop.Next({"ab", "c"}).text != other.Next({"ab", "c"}).text);
  CHECK(shop.Next({"a", "bc"}).ordinal == 0);
  CHECK(shop.Next({"a", "bc", ""}).ordinal == 0);
}

TEST_CASE("times are RFC 3339 or plain UTC, or of the format given") {
  const absl::Time noon = absl::FromUnixSeconds(1259653500);  // 2009-12-01T07:45:00Z
  CHECK(*ParseEventTime("2009-12-01T07:45:00Z", {}) == noon);
  CHECK(*ParseEventTime("2009-12-01T08:45:00+01:00", {}) == noon);
  CHECK(*ParseEventTime("2009-12-01 07:45:00", {}) == noon);
  CHECK(*ParseEventTime(" 2009-12-01 07:45 ", {}) == noon);
  CHECK(*ParseEventTime("2009-12-01", {}) == absl::FromUnixSeconds(1259625600));
  CHECK(*ParseEventTime("01/12/2009 07:45", {"%d/%m/%Y %H:%M"}) == noon);
  CHECK(*ParseEventTime("12/1/2009 7:45 AM", {"%m/%d/%Y %I:%M %p"}) == noon);
  CHECK_FALSE(ParseEventTime("", {}).ok());
  CHECK_FALSE(ParseEventTime("2009-13-01", {}).ok());
  CHECK_FALSE(ParseEventTime("2024-02-30 10:00:00", {}).ok());
  CHECK_FALSE(ParseEventTime("1969-12-31 23:59:59", {}).ok());
}

TEST_CASE("zones may stand with or without a space, as offset or as UTC") {
  const absl::Time noon = absl::FromUnixSeconds(1259653500);
  for (const char* text :
       {"2009-12-01 09:45:00+02:00", "2009-12-01 09:45:00 +02:00", "2009-12-01T09:45:00+0200",
        "2009-12-01 09:45:00+02", "2009-12-01 09:45 +0200", "2009-12-01 07:45:00 UTC",
        "2009-12-01 07:45:00UTC", "2009-12-01 07:45:00 GMT", "2009-12-01 07:45:00 Z",
        "2009-12-01 07:45:00 +0000 UTC", "2009/12/01 07:45", "2009-12-01t07:45:00z",
        "2009-12-01 07:45:00.000", "2009-12-01 07:45:00,000"}) {
    CAPTURE(text);
    const auto time = ParseEventTime(text, {});
    REQUIRE(time.ok());
    CHECK(*time == noon);
  }
  CHECK_FALSE(ParseEventTime("2009-12-01 07:45:00 +0200 UTC", {}).ok());
  CHECK_FALSE(ParseEventTime("2009-12-01 07:45:00 CET", {}).ok());
  CHECK_FALSE(ParseEventTime("2009-12-01 07:45:00+25:00", {}).ok());
}

TEST_CASE("what is ambiguous is refused and the flag is named") {
  const auto hint = [](const char* text) {
    return std::string(ParseEventTime(text, {}).status().message());
  };
  CHECK(hint("31/01/2024 10:00").find("--time_format \"%d/%m/%Y %H:%M\"") != std::string::npos);
  CHECK(hint("1/31/2024 10:00").find("--time_format") != std::string::npos);
  CHECK(hint("20240131").find("--time_format %Y%m%d") != std::string::npos);
  CHECK(hint("1706695200").find("--time_format epoch for seconds") != std::string::npos);
  CHECK(hint("1706695200000").find("epoch_ms") != std::string::npos);
  CHECK(hint("Jan 31, 2024").find("--time_format") != std::string::npos);
}

TEST_CASE("counts since 1970 and days of spreadsheets are read when they are named") {
  CHECK(*ParseEventTime("1706695200", {"epoch"}) == absl::FromUnixSeconds(1706695200));
  CHECK(*ParseEventTime("1706695200.5", {"epoch"}) == absl::FromUnixMillis(1706695200500));
  CHECK(*ParseEventTime("17228.0", {"epoch_days"}) == absl::FromUnixSeconds(17228LL * 86400));
  CHECK_FALSE(ParseEventTime("2017-03-03", {"epoch_days"}).ok());
  CHECK(*ParseEventTime("1706695200123", {"epoch_ms"}) == absl::FromUnixMillis(1706695200123));
  CHECK(*ParseEventTime("1706695200123456", {"epoch_us"}) ==
        absl::FromUnixMicros(1706695200123456));
  CHECK(*ParseEventTime("45322.5", {"excel"}) == absl::FromUnixSeconds(1706702400));
  const auto wrong = ParseEventTime("1706695200000", {"epoch"});
  CHECK(wrong.status().message().find("epoch_ms") != absl::string_view::npos);
  CHECK_FALSE(ParseEventTime("2024-01-31", {"epoch"}).ok());
  CHECK_FALSE(ParseEventTime("-5", {"epoch"}).ok());
  CHECK_FALSE(ParseEventTime("many", {"excel"}).ok());
}

TEST_CASE("a time zone is that of times without one") {
  const absl::TimeZone berlin = *FindTimeZone("Europe/Berlin");
  CHECK(*ParseEventTime("2009-12-01 08:45:00", {"", berlin}) == absl::FromUnixSeconds(1259653500));
  CHECK(*ParseEventTime("2009-12-01 07:45:00Z", {"", berlin}) == absl::FromUnixSeconds(1259653500));
  CHECK(*ParseEventTime("1.12.2009 8:45", {"%d.%m.%Y %H:%M", berlin}) ==
        absl::FromUnixSeconds(1259653500));
  CHECK(FindTimeZone("+02:00").ok());
  CHECK_FALSE(FindTimeZone("Europe/Atlantis").ok());
  CHECK_FALSE(FindTimeZone("/etc/passwd").ok());
}

}  // namespace
}  // namespace clientele::cli

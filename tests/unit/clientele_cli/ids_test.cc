
#include <catch2/catch_test_macros.hpp>

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
  CHECK(*EncodeResourceId("15056 BL") == "15056_20BL");
  CHECK(*EncodeResourceId("  15056 BL\t") == "15056_20BL");
  CHECK(*EncodeResourceId("BANK CHARGES") == "BANK_20CHARGES");
  CHECK(*EncodeResourceId("a/b") == "a_2fb");
  CHECK(*EncodeResourceId("é") == "_c3_a9");
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
  CHECK(*ParseEventTime("2009-12-01T07:45:00Z", "") == noon);
  CHECK(*ParseEventTime("2009-12-01T08:45:00+01:00", "") == noon);
  CHECK(*ParseEventTime("2009-12-01 07:45:00", "") == noon);
  CHECK(*ParseEventTime(" 2009-12-01 07:45 ", "") == noon);
  CHECK(*ParseEventTime("2009-12-01", "") == absl::FromUnixSeconds(1259625600));
  CHECK(*ParseEventTime("01/12/2009 07:45", "%d/%m/%Y %H:%M") == noon);
  CHECK_FALSE(ParseEventTime("01/12/2009 07:45", "").ok());
  CHECK_FALSE(ParseEventTime("", "").ok());
  CHECK_FALSE(ParseEventTime("2009-13-01", "").ok());
  CHECK_FALSE(ParseEventTime("1969-12-31 23:59:59", "").ok());
}

}  // namespace
}  // namespace clientele::cli

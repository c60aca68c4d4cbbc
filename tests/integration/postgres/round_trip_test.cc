#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/postgres/connection_pool.h"
#include "common/status/status_macros.h"
#include "tests/support/test_database.h"

namespace clientele::postgres {
namespace {

using testing::TestDatabase;

// What PostgreSQL makes of parameters, and what is read back.
Result Echo(ConnectionPool& pool, const Statement& statement, const std::vector<Value>& params) {
  Result result;
  const absl::Status status = pool.Transact(RequestContext(), [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(result, t.Execute(statement, params));
    return absl::OkStatus();
  });
  INFO(status.ToString());
  REQUIRE(status.ok());
  return result;
}

TEST_CASE("text of any content comes back as it went") {
  const TestDatabase database = TestDatabase::Create();
  auto pool = database.Pool(1);
  static constexpr Statement kText{"text", "SELECT $1::text, octet_length($1::text), $2::text[]"};
  const std::vector<std::string> texts = {"",
                                          "plain",
                                          "it's",
                                          "\"quoted\"",
                                          "back\\slash",
                                          "{a,b}",
                                          "NULL",
                                          "null",
                                          " spaces ",
                                          "tab\tnewline\n",
                                          "$1",
                                          "zażółć",
                                          "客户 é 🙂",
                                          "'; DROP TABLE customers; --"};
  for (const std::string& text : texts) {
    const Result rows = Echo(*pool, kText, {text, texts});
    REQUIRE(rows[0].Text(0) == text);
    REQUIRE(rows[0].Int64(1) == static_cast<int64_t>(text.size()));
    REQUIRE(rows[0].TextArray(2) == texts);
  }
  REQUIRE(Echo(*pool, kText, {"x", std::vector<std::string>{}})[0].TextArray(2).empty());
}

TEST_CASE("numbers come back exactly, special ones too") {
  const TestDatabase database = TestDatabase::Create();
  auto pool = database.Pool(1);
  static constexpr Statement kInts{"ints", "SELECT $1::bigint, $2::bigint[], $3::integer"};
  const std::vector<int64_t> ints = {0, 1, -1, std::numeric_limits<int64_t>::max(),
                                     std::numeric_limits<int64_t>::min()};
  for (const int64_t n : ints) {
    const Result rows = Echo(*pool, kInts, {n, ints, int32_t{-7}});
    REQUIRE(rows[0].Int64(0) == n);
    REQUIRE(rows[0].Int64Array(1) == ints);
    REQUIRE(rows[0].Int64(2) == -7);
  }
  static constexpr Statement kDoubles{
      "doubles", "SELECT $1::double precision, $2::double precision[], $3::real[]"};
  const double inf = std::numeric_limits<double>::infinity();
  const std::vector<double> doubles = {
      0.0, -0.0, 0.1, 1.0 / 3, 5e-324, std::numeric_limits<double>::max(), inf, -inf};
  const std::vector<float> floats = {0.1f, 1.0f / 3, 1e-38f, 3.4e38f};
  for (const double d : doubles) {
    const Result rows = Echo(*pool, kDoubles, {d, doubles, floats});
    REQUIRE(rows[0].Double(0) == d);
    REQUIRE(std::signbit(rows[0].Double(0)) == std::signbit(d));
    REQUIRE(rows[0].DoubleArray(1) == doubles);
    REQUIRE(rows[0].FloatArray(2) == floats);
  }
  REQUIRE(std::isnan(Echo(*pool, kDoubles, {std::nan(""), doubles, floats})[0].Double(0)));
}

TEST_CASE("bytes, booleans and times come back as they went") {
  const TestDatabase database = TestDatabase::Create();
  auto pool = database.Pool(1);
  std::string every_byte;
  for (int b = 0; b < 256; ++b) every_byte.push_back(static_cast<char>(b));
  static constexpr Statement kMixed{
      "mixed",
      "SELECT $1::bytea, $2::boolean, $3::timestamptz, ($4::bytea[])[2], ($5::boolean[])[1],"
      " ($6::timestamptz[])[1], extract(epoch FROM $3::timestamptz)::text"};
  const std::vector<absl::Time> times = {
      absl::UnixEpoch(),
      absl::FromUnixMicros(1'700'000'000'000'001),
      absl::FromUnixMicros(-1),
      absl::FromCivil(absl::CivilSecond(2024, 2, 29, 23, 59, 59), absl::UTCTimeZone()),
      absl::FromCivil(absl::CivilSecond(20000, 1, 1), absl::UTCTimeZone()),
      absl::FromCivil(absl::CivilSecond(-43, 3, 15), absl::UTCTimeZone()),
      absl::InfiniteFuture(),
      absl::InfinitePast()};
  for (const absl::Time time : times) {
    const Result rows = Echo(*pool, kMixed,
                             {Bytes{every_byte}, true, time, std::vector<Bytes>{{""}, {every_byte}},
                              std::vector<bool>{true, false}, std::vector<absl::Time>{time}});
    REQUIRE(rows[0].Bytes(0) == every_byte);
    REQUIRE(rows[0].Bool(1));
    REQUIRE(rows[0].Time(2) == time);
    REQUIRE(rows[0].Bytes(3) == every_byte);
    REQUIRE(rows[0].Bool(4));
    REQUIRE(rows[0].Time(5) == time);
  }
  // The instant, not only the text: PostgreSQL's own epoch.
  REQUIRE(Echo(*pool, kMixed,
               {Bytes{}, false, times[1], std::vector<Bytes>{}, std::vector<bool>{},
                std::vector<absl::Time>{}})[0]
              .Text(6) == "1700000000.000001");
  // Finer than a microsecond is rounded down.
  REQUIRE(Echo(*pool, kMixed,
               {Bytes{}, false, absl::UnixEpoch() - absl::Nanoseconds(1), std::vector<Bytes>{},
                std::vector<bool>{}, std::vector<absl::Time>{}})[0]
              .Time(2) == absl::FromUnixMicros(-1));
}

TEST_CASE("NULL is distinguished from empty, alone and in arrays") {
  const TestDatabase database = TestDatabase::Create();
  auto pool = database.Pool(1);
  static constexpr Statement kNulls{
      "nulls",
      "SELECT $1::text, $2::bigint, e.t, e.n FROM unnest($3::text[], $4::bigint[]) AS e (t, n)"};
  const std::optional<std::string> no_text;
  const std::optional<int64_t> no_number;
  const Result rows =
      Echo(*pool, kNulls,
           {no_text, no_number, std::vector<std::optional<std::string>>{std::nullopt, "", "NULL"},
            std::vector<std::optional<int64_t>>{7, std::nullopt, 0}});
  REQUIRE(rows.size() == 3);
  REQUIRE(rows[0].IsNull(0));
  REQUIRE(rows[0].Text(0).empty());
  REQUIRE_FALSE(rows[0].OptionalInt64(1).has_value());
  REQUIRE(rows[0].IsNull(2));
  REQUIRE_FALSE(rows[1].IsNull(2));
  REQUIRE(rows[2].Text(2) == "NULL");
  REQUIRE(rows[0].OptionalInt64(3) == 7);
  REQUIRE(rows[1].IsNull(3));
}

TEST_CASE("thousands of rows go in with one statement") {
  const TestDatabase database = TestDatabase::Create();
  auto pool = database.Pool(1);
  static constexpr Statement kCreate{
      "create", "CREATE TABLE e (id text PRIMARY KEY, at timestamptz, v float8)"};
  static constexpr Statement kInsert{
      "insert",
      "INSERT INTO e SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::float8[])"
      " ON CONFLICT DO NOTHING"};
  std::vector<std::string> ids;
  std::vector<absl::Time> times;
  std::vector<double> values;
  for (int i = 0; i < 5000; ++i) {
    ids.push_back("event-" + std::to_string(i));
    times.push_back(absl::FromUnixMicros(1'700'000'000'000'000 + i));
    values.push_back(i / 7.0);
  }
  Echo(*pool, kCreate, {});
  REQUIRE(Echo(*pool, kInsert, {ids, times, values}).affected_rows() == 5000);
  REQUIRE(Echo(*pool, kInsert, {ids, times, values}).affected_rows() == 0);
}

}  // namespace
}  // namespace clientele::postgres

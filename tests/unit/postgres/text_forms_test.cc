#include <optional>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/postgres/array_literal.h"
#include "common/postgres/failure.h"
#include "common/postgres/schema_statement.h"
#include "common/postgres/time_text.h"
#include "common/status/error_details.h"

namespace clientele::postgres::internal {
namespace {

absl::Time Utc(int64_t year, int month, int day, int hour = 0, int minute = 0, int second = 0) {
  return absl::FromCivil(absl::CivilSecond(year, month, day, hour, minute, second),
                         absl::UTCTimeZone());
}

std::string ToText(absl::Time time) {
  std::string text;
  AppendTime(time, text);
  return text;
}

TEST_CASE("times are written as PostgreSQL reads them") {
  CHECK(ToText(Utc(2024, 2, 29, 23, 59, 59)) == "2024-02-29 23:59:59.000000+00");
  CHECK(ToText(Utc(1, 1, 1)) == "0001-01-01 00:00:00.000000+00");
  CHECK(ToText(Utc(0, 12, 31)) == "0001-12-31 00:00:00.000000+00 BC");
  CHECK(ToText(Utc(12024, 1, 1)) == "12024-01-01 00:00:00.000000+00");
  CHECK(ToText(absl::UnixEpoch() - absl::Nanoseconds(1)) == "1969-12-31 23:59:59.999999+00");
  CHECK(ToText(absl::InfiniteFuture()) == "infinity");
  CHECK(ToText(absl::InfinitePast()) == "-infinity");
}

TEST_CASE("times are read with any offset and fraction") {
  CHECK(ParseTime("2024-02-29 23:59:59+00") == Utc(2024, 2, 29, 23, 59, 59));
  CHECK(ParseTime("2024-02-29 23:59:59.5+00") ==
        Utc(2024, 2, 29, 23, 59, 59) + absl::Milliseconds(500));
  CHECK(ParseTime("2024-02-29 23:59:59.000001") ==
        Utc(2024, 2, 29, 23, 59, 59) + absl::Microseconds(1));
  CHECK(ParseTime("2024-01-01 05:30:00+05:30") == Utc(2024, 1, 1));
  CHECK(ParseTime("2023-12-31 19:00:00-05") == Utc(2024, 1, 1));
  CHECK(ParseTime("2024-01-01") == Utc(2024, 1, 1));
  CHECK(ParseTime("0044-03-15 00:00:00+00 BC") == Utc(-43, 3, 15));
  CHECK(ParseTime("-infinity") == absl::InfinitePast());
  for (const char* bad : {"", "now", "2024-13-01", "2024-02-30", "2024-01-01 10",
                          "2024-01-01 10:00:00+", "2024-01-01x", "2024-01-01 10:00:00.+00"}) {
    INFO(bad);
    CHECK_FALSE(ParseTime(bad).has_value());
  }
}

TEST_CASE("array literals are taken apart as PostgreSQL writes them") {
  using Elements = std::vector<std::optional<std::string>>;
  CHECK(ParseArray("{}") == Elements{});
  CHECK(ParseArray("{a,NULL,\"NULL\",\"\"}") == Elements{"a", std::nullopt, "NULL", ""});
  CHECK(ParseArray(R"({"a,b","q\"\\","{}"})") == Elements{"a,b", "q\"\\", "{}"});
  for (const char* bad : {"", "{", "}", "a", "{a", "{a,}", "{,a}", "{\"a}", "{\"a\"b}", "{\"a\\}",
                          "{{a}}", "{a\"b\"}"}) {
    INFO(bad);
    CHECK_FALSE(ParseArray(bad).has_value());
  }
}

TEST_CASE("failures say what may be done about them") {
  const auto code = [](const char* state) { return FailureForSqlState("s", state).status.code(); };
  CHECK(code("23505") == absl::StatusCode::kAlreadyExists);
  CHECK(code("23503") == absl::StatusCode::kFailedPrecondition);
  CHECK(code("23502") == absl::StatusCode::kInvalidArgument);
  CHECK(code("23514") == absl::StatusCode::kInvalidArgument);
  CHECK(code("22021") == absl::StatusCode::kInvalidArgument);
  CHECK(code("57014") == absl::StatusCode::kDeadlineExceeded);
  CHECK(code("42P01") == absl::StatusCode::kInternal);
  CHECK(code("") == absl::StatusCode::kInternal);
  for (const char* conflict : {"40001", "40P01"}) {
    const Failure failure = FailureForSqlState("s", conflict);
    CHECK(absl::IsAborted(failure.status));
    CHECK(failure.retry);
    CHECK_FALSE(failure.lost);
  }
  const Failure locked_out = FailureForSqlState("s", "55P03");
  CHECK(absl::IsResourceExhausted(locked_out.status));
  CHECK(GetRetryDelay(locked_out.status).has_value());
  CHECK_FALSE(locked_out.retry);
  CHECK_FALSE(locked_out.lost);
  for (const char* away : {"57P01", "57P02", "57P03", "08006", "25P03"}) {
    const Failure failure = FailureForSqlState("s", away);
    CHECK(GetReason(failure.status) == reason::kDatabaseUnavailable);
    CHECK(failure.retry);
    CHECK(failure.lost);
  }
  CHECK_FALSE(FailureForSqlState("s", "53100").retry);  // the disk is full
  CHECK_FALSE(FailureForSqlState("s", "23505").retry);
}

}  // namespace
}  // namespace clientele::postgres::internal

namespace clientele::postgres {
namespace {

TEST_CASE("only plain names become part of a statement") {
  CHECK(IsPlainName("profile_2"));
  for (const char* bad : {"", "2profile", "Profile", "a b", "a;b", "a\"b", "a-b"}) {
    CHECK_FALSE(IsPlainName(bad));
  }
  const SchemaStatement statement("find", "SELECT 1 FROM {schema}.t, {schema}.u", "qa");
  CHECK(std::string(statement.statement().name) == "qa.find");
  CHECK(std::string(statement.statement().sql) == "SELECT 1 FROM qa.t, qa.u");
}

}  // namespace
}  // namespace clientele::postgres

#include "common/csv/csv_reader.h"

#include <chrono>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <zlib.h>

#include "tests/support/temporary_folder.h"

namespace clientele::csv {
namespace {

using clientele::testing::TemporaryFolder;
using Strings = std::vector<std::string>;

struct Reading {
  absl::Status open;
  Strings header;
  std::vector<CsvRow> rows;
  absl::Status end;  // OK at a regular end
};

Reading Read(const std::filesystem::path& path, CsvLimits limits = {}) {
  Reading reading;
  auto reader = CsvReader::Open(path, limits);
  reading.open = reader.status();
  if (!reader.ok()) return reading;
  reading.header = (*reader)->header();
  while (true) {
    CsvRow row;
    const auto more = (*reader)->Next(&row);
    reading.end = more.status();
    if (!more.ok() || !*more) return reading;
    reading.rows.push_back(row);
  }
}

Reading ReadText(const std::string& text, CsvLimits limits = {}) {
  const TemporaryFolder folder;
  return Read(folder.Write("a.csv", text), limits);
}

bool Says(const absl::Status& status, const std::string& part) {
  return status.message().find(part) != absl::string_view::npos;
}

TEST_CASE("quoted commas, quotes and line ends belong to the field") {
  const Reading r = ReadText("id,text\n1,\"a,b \"\"c\"\"\nd\"\n2, plain \n");
  REQUIRE(r.end.ok());
  REQUIRE(r.rows.size() == 2);
  CHECK(r.header == Strings{"id", "text"});
  CHECK(r.rows[0].fields() == Strings{"1", "a,b \"c\"\nd"});
  CHECK(r.rows[1].fields() == Strings{"2", " plain "});
  CHECK(r.rows[1].Get("text") == " plain ");
  CHECK(r.rows[1].Get("other") == "");
}

TEST_CASE("rows know the line they start on, whatever the line ends") {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const Reading r = ReadText("a,b" + end + "1,\"x" + end + end + "y\"" + end + end + "2,z" + end +
                               "3,\"" + end + "\"" + end + "4,w");
    REQUIRE(r.end.ok());
    REQUIRE(r.rows.size() == 4);
    CHECK(r.rows[0].line() == 2);
    CHECK(r.rows[1].line() == 6);
    CHECK(r.rows[2].line() == 7);
    CHECK(r.rows[3].line() == 9);
    CHECK(r.rows[3].fields() == Strings{"4", "w"});
  }
}

TEST_CASE("a byte order mark is not part of the first column's name") {
  CHECK(ReadText("\xEF\xBB\xBFid\n1\n").header == Strings{"id"});
}

TEST_CASE("gzip is read like plain text, and a cut archive is noticed") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "a.csv.gz";
  std::string text = "id,n\n";
  for (int i = 0; i < 50000; ++i) text += std::to_string(i) + "," + std::to_string(i * 7919) + "\n";
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
  const Reading whole = Read(path);
  REQUIRE(whole.end.ok());
  REQUIRE(whole.rows.size() == 50000);
  CHECK(whole.rows[49999].line() == 50001);
  CHECK(whole.rows[49999].fields() == Strings{"49999", std::to_string(49999 * 7919)});

  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  const Reading cut = Read(path);
  REQUIRE(cut.open.ok());
  CHECK(cut.end.code() == absl::StatusCode::kDataLoss);
  CHECK(cut.rows.size() < 50000);
}

TEST_CASE("a wrong field count is that row's error and reading goes on") {
  const Reading r = ReadText("a,b\n1\n1,2,3\n4,5\n");
  REQUIRE(r.end.ok());
  REQUIRE(r.rows.size() == 3);
  CHECK(Says(r.rows[0].error(), "line 2: 1 fields where the header has 2"));
  CHECK(Says(r.rows[1].error(), "line 3: 3 fields"));
  CHECK(r.rows[1].fields().empty());
  CHECK(r.rows[2].error().ok());
}

TEST_CASE("bytes that are not UTF-8 and NUL bytes are that row's error") {
  const Reading r = ReadText(std::string("a\n\xFF\n") + std::string("x\0y\n", 4) + "ok\n");
  REQUIRE(r.end.ok());
  REQUIRE(r.rows.size() == 3);
  CHECK(Says(r.rows[0].error(), "line 2: field 1 is not UTF-8"));
  CHECK(Says(r.rows[1].error(), "line 3: a field holds a NUL byte"));
  CHECK(r.rows[2].fields() == Strings{"ok"});
}

TEST_CASE("after a misplaced quote reading goes on with the next line") {
  const Reading r = ReadText("a,b\n1,x\"y\"\n2,\"p\"q,r\n3,z\n4,\"s\nt\"u\n5,v\n");
  REQUIRE(r.end.ok());
  REQUIRE(r.rows.size() == 5);
  CHECK(Says(r.rows[0].error(), "line 2: a quote in the wrong place"));
  CHECK(Says(r.rows[1].error(), "line 3: a quote in the wrong place"));
  CHECK(r.rows[2].fields() == Strings{"3", "z"});
  CHECK(r.rows[2].line() == 4);
  CHECK(Says(r.rows[3].error(), "line 6: a quote in the wrong place"));
  CHECK(r.rows[4].fields() == Strings{"5", "v"});
  CHECK(r.rows[4].line() == 7);
}

TEST_CASE("a quote that is never closed ends the reading and names its row") {
  const Reading r = ReadText("a,b\n1,2\n3,\"open\n4,5\n");
  REQUIRE(r.rows.size() == 1);
  CHECK(r.end.code() == absl::StatusCode::kInvalidArgument);
  CHECK(Says(r.end, "line 3"));
}

TEST_CASE("bounds end the reading, and the error stays") {
  const CsvLimits limits = {.max_field_bytes = 10, .max_row_bytes = 15, .max_fields = 3};
  CHECK(ReadText("a\n0123456789\n", limits).end.ok());
  CHECK(Says(ReadText("a\n1\n0123456789x\n", limits).end, "line 3"));
  CHECK_FALSE(ReadText("a,b\n01234567,01234567\n", limits).end.ok());
  CHECK_FALSE(ReadText("a,b\n1,2,3,4\n", limits).end.ok());
  // The bound holds while the field is still open.
  const TemporaryFolder folder;
  const auto path = folder.Write("a.csv", "a\n\"" + std::string(1 << 20, 'x'));
  const absl::Status end = Read(path, limits).end;
  CHECK(end.code() == absl::StatusCode::kInvalidArgument);
  CHECK(Says(end, "line 2"));
}

TEST_CASE("a header must be there, with a name for each column, each once") {
  CHECK_FALSE(ReadText("").open.ok());
  CHECK_FALSE(ReadText("\n\n").open.ok());
  CHECK_FALSE(ReadText("a,,c\n").open.ok());
  CHECK(Says(ReadText("a,b,a\n").open, "two columns are named 'a'"));
  CHECK(Read("/nonexistent/a.csv").open.code() == absl::StatusCode::kNotFound);
  CHECK(Read("/tmp").open.code() == absl::StatusCode::kNotFound);
  CHECK(ReadText("a,b\n").rows.empty());
}

TEST_CASE("missing columns are listed together") {
  const TemporaryFolder folder;
  const auto reader = CsvReader::Open(folder.Write("a.csv", "a,b\n"));
  REQUIRE(reader.ok());
  CHECK((*reader)->RequireColumns({"b", "a"}).ok());
  CHECK(Says((*reader)->RequireColumns({"a", "x", "y"}), "x, y"));
  CHECK((*reader)->Column("b") == 1);
}

TEST_CASE("canonical bytes depend on the content alone") {
  const Reading plain = ReadText("a,b\n1,2\n");
  const Reading quoted = ReadText("a,b\r\n\"1\",\"2\"\r\n");
  CHECK(plain.rows[0].CanonicalBytes() == "1:1,1:2,");
  CHECK(plain.rows[0].CanonicalBytes() == quoted.rows[0].CanonicalBytes());
  CHECK(ReadText("a,b\n\"1,\",2\n").rows[0].CanonicalBytes() !=
        ReadText("a,b\n1,\",2\"\n").rows[0].CanonicalBytes());
}

TEST_CASE("fields that span the pieces in which the file is read stay whole") {
  std::string text = "id,text\n";
  for (int i = 0; i < 40; ++i) {
    text +=
        std::to_string(i) + ",\"" + std::string(9973, static_cast<char>('a' + i % 26)) + "\"\r\n";
  }
  const Reading r = ReadText(text);
  REQUIRE(r.end.ok());
  REQUIRE(r.rows.size() == 40);
  for (std::size_t i = 0; i < 40; ++i) {
    CHECK(r.rows[i].fields()[1] == std::string(9973, static_cast<char>('a' + i % 26)));
    CHECK(r.rows[i].line() == static_cast<std::int64_t>(i) + 2);
  }
}

TEST_CASE("half a million lines take about a second", "[.][speed]") {
  const TemporaryFolder folder;
  std::string text = "event_id,customer_id,type,time,item,quantity,amount,note\n";
  for (int i = 0; i < 525000; ++i) {
    text += "e" + std::to_string(i) + ",c" + std::to_string(i % 4000) +
            ",purchase,2026-01-01T00:00:00Z,item-" + std::to_string(i % 999) +
            ",1,12.50,\"a note, quoted\"\n";
  }
  const auto path = folder.Write("big.csv", text);
  const auto begin = std::chrono::steady_clock::now();
  auto reader = CsvReader::Open(path);
  REQUIRE(reader.ok());
  CsvRow row;
  std::int64_t rows = 0;
  while (*(*reader)->Next(&row)) ++rows;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  CHECK(rows == 525000);
  WARN(text.size() / 1e6 << " MB in " << took.count() << " s");
}

}  // namespace
}  // namespace clientele::csv

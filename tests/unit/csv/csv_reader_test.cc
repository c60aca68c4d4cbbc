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
  std::int64_t blank_lines = 0;
  absl::Status end;  // OK at a regular end
};

Reading Read(const std::filesystem::path& path, const CsvOptions& options = {}) {
  Reading reading;
  auto reader = CsvReader::Open(path, options);
  reading.open = reader.status();
  if (!reader.ok()) return reading;
  reading.header = (*reader)->header();
  while (true) {
    CsvRow row;
    const auto more = (*reader)->Next(&row);
    reading.end = more.status();
    reading.blank_lines = (*reader)->blank_lines();
    if (!more.ok() || !*more) return reading;
    reading.rows.push_back(row);
  }
}

Reading ReadText(const std::string& text, const CsvOptions& options = {}) {
  const TemporaryFolder folder;
  return Read(folder.Write("a.csv", text), options);
}

bool Mentions(const absl::Status& status, const std::string& part) {
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

TEST_CASE("content beyond the header is that row's error and reading goes on") {
  const Reading r = ReadText("a,b\n1,2,3\n4,5\n");
  REQUIRE(r.end.ok());
  REQUIRE(r.rows.size() == 2);
  CHECK(Mentions(r.rows[0].error(), "line 2: 3 fields where the header has 2"));
  CHECK(r.rows[0].fields().empty());
  CHECK(r.rows[0].raw() == "1,2,3");
  CHECK(r.rows[1].error().ok());
}

TEST_CASE(
    "cells that are missing at a row's end are empty, and empty cells beyond it are dropped") {
  const Reading r = ReadText("a,b,c\n1\n1,2,3,,\n1,2,3\n");
  REQUIRE(r.end.ok());
  REQUIRE(r.rows.size() == 3);
  CHECK(r.rows[0].fields() == Strings{"1", "", ""});
  CHECK(r.rows[0].padded() == 2);
  CHECK(r.rows[1].fields() == Strings{"1", "2", "3"});
  CHECK(r.rows[1].padded() == 0);
}

TEST_CASE("bytes that are not UTF-8 and NUL bytes are that row's error") {
  const Reading r =
      ReadText(std::string("a\n\xFF\n") + std::string("x\0y\n", 4) + "ok \u00e9\u00e9\n");
  REQUIRE(r.end.ok());
  REQUIRE(r.rows.size() == 3);
  CHECK(Mentions(r.rows[0].error(), "line 2: field 1 is not UTF-8"));
  CHECK(Mentions(r.rows[1].error(), "line 3: a field holds a NUL byte"));
  CHECK(r.rows[2].fields() == Strings{"ok \u00e9\u00e9"});
}

TEST_CASE("after a misplaced quote reading goes on with the next line") {
  const Reading r = ReadText("a,b\n1,x\"y\"\n2,\"p\"q,r\n3,z\n4,\"s\nt\"u,w\n5,v\n");
  REQUIRE(r.end.ok());
  REQUIRE(r.rows.size() == 5);
  CHECK(Mentions(r.rows[0].error(), "line 2: a quote in the wrong place"));
  CHECK(r.rows[0].raw() == "1,x\"y\"");
  CHECK(Mentions(r.rows[1].error(), "line 3: a quote in the wrong place"));
  CHECK(r.rows[2].fields() == Strings{"3", "z"});
  CHECK(r.rows[2].line() == 4);
  CHECK(Mentions(r.rows[3].error(),
                 "line 5: a quote opens here and closes in the wrong place in line 6"));
  CHECK(r.rows[3].raw() == "4,\"s\nt\"u,w");
  CHECK(r.rows[4].fields() == Strings{"5", "v"});
  CHECK(r.rows[4].line() == 7);
}

TEST_CASE("a stray quote costs its own line, whatever the line ends") {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    for (const std::string stray : {"2,5\" nail", "2,\"open", "2,\"a\"b"}) {
      CAPTURE(end, stray);
      const Reading r = ReadText("a,b" + end + "1,x" + end + stray + end + "3,z" + end + "4,\"q\"" +
                                 end + "5,v" + end);
      REQUIRE(r.end.ok());
      REQUIRE(r.rows.size() == 5);
      CHECK(r.rows[1].raw() == stray);
      CHECK(r.rows[1].line() == 3);
      CHECK_FALSE(r.rows[1].error().ok());
      CHECK(r.rows[2].fields() == Strings{"3", "z"});
      CHECK(r.rows[3].fields() == Strings{"4", "q"});
      CHECK(r.rows[4].fields() == Strings{"5", "v"});
      CHECK(r.rows[4].line() == 6);
    }
  }
}

TEST_CASE("the lines of a broken text never become rows of their own") {
  const Reading r = ReadText("id,text,n\n1,\"Dear all,\nsee \"this\" page\nbye\",3\n2,b,4\n");
  REQUIRE(r.end.ok());
  REQUIRE(r.rows.size() >= 2);
  CHECK(Mentions(r.rows[0].error(), "line 2"));
  for (const CsvRow& row : r.rows) {
    if (row.error().ok() && row.padded() == 0) CHECK(row.fields() == Strings{"2", "b", "4"});
  }
}

TEST_CASE("a quote that is never closed is its row's error") {
  const Reading r = ReadText("a,b\n1,2\n3,\"open\n4,5\n");
  REQUIRE(r.end.ok());
  REQUIRE(r.rows.size() == 3);
  CHECK(Mentions(r.rows[1].error(), "line 3: a quote opens here that is never closed"));
  CHECK(r.rows[1].raw() == "3,\"open");
  CHECK(r.rows[2].fields() == Strings{"4", "5"});
}

TEST_CASE("many open quotes take linear time") {
  std::string text = "a,b\n";
  for (int i = 0; i < 30000; ++i) text += "1,\"open\n\",\"\n";
  const Reading r = ReadText(text, {.limits = {.max_row_bytes = 1 << 20}});
  CHECK(r.end.ok());
  std::size_t bytes = 4;
  for (const CsvRow& row : r.rows) bytes += row.raw().size() + 1;
  CHECK(bytes == text.size());
}

TEST_CASE("a row beyond the bounds is an error of its own, a line beyond them ends the reading") {
  const CsvOptions options = {
      .limits = {.max_field_bytes = 10, .max_row_bytes = 20, .max_fields = 3}};
  CHECK(ReadText("a\n0123456789\n", options).rows[0].error().ok());
  CHECK(Mentions(ReadText("a\n1\n0123456789x\n", options).rows[1].error(), "line 3"));
  CHECK_FALSE(ReadText("a,b\n1,2,3,4\n", options).rows[0].error().ok());
  const Reading open = ReadText("a,b\n1,\"45678901\n2345678\n9012345\n3,4\n", options);
  REQUIRE(open.end.ok());
  CHECK(Mentions(open.rows[0].error(), "not closed within 20 bytes"));
  CHECK(open.rows.back().fields() == Strings{"3", "4"});
  // The bound holds while the line is read.
  const TemporaryFolder folder;
  const auto path = folder.Write("a.csv", "a\n\"" + std::string(1 << 20, 'x'));
  const absl::Status end = Read(path, options).end;
  CHECK(end.code() == absl::StatusCode::kInvalidArgument);
  CHECK(Mentions(end, "line 2"));
}

TEST_CASE("a header must be there; its cells may be padded, empty and repeated") {
  CHECK_FALSE(ReadText("").open.ok());
  CHECK_FALSE(ReadText("\n\n").open.ok());
  const Reading odd = ReadText(" a ,,b\u00a0,b,\n1,2,3,4,\n");
  CHECK(odd.header == Strings{"a", "", "b", "b", ""});
  CHECK(odd.rows[0].Get("b") == "3");
  CHECK(Read("/nonexistent/a.csv").open.code() == absl::StatusCode::kNotFound);
  CHECK(Read("/tmp").open.code() == absl::StatusCode::kNotFound);
  CHECK(ReadText("a,b\n").rows.empty());
}

TEST_CASE("lines without a character are skipped and counted, with a DOS end of file") {
  const Reading r = ReadText("\n\na,b\n\n1,2\r\n\r\n\x1A");
  REQUIRE(r.rows.size() == 1);
  CHECK(r.rows[0].line() == 5);
  CHECK(r.blank_lines == 3);
}

TEST_CASE("missing columns are listed together") {
  const TemporaryFolder folder;
  const auto reader = CsvReader::Open(folder.Write("a.csv", "a,b\n"));
  REQUIRE(reader.ok());
  CHECK((*reader)->RequireColumns({"b", "a"}).ok());
  CHECK(Mentions((*reader)->RequireColumns({"a", "x", "y"}), "x, y"));
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

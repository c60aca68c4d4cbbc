#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/csv/csv_reader.h"
#include "common/csv/file_kind.h"
#include "common/csv/text_decoder.h"
#include "tests/support/temporary_folder.h"

namespace clientele::csv {
namespace {

using clientele::testing::TemporaryFolder;
using Strings = std::vector<std::string>;

struct Opened {
  absl::Status status;
  CsvDialect dialect;
  Strings header;
  Strings first;  // row
  std::string first_raw;
  absl::Status first_error;
};

Opened Open(const std::string& text, const CsvOptions& options = {}) {
  const TemporaryFolder folder;
  const auto reader = CsvReader::Open(folder.Write("a.csv", text), options);
  Opened opened;
  opened.status = reader.status();
  if (!reader.ok()) return opened;
  opened.dialect = (*reader)->dialect();
  opened.header = (*reader)->header();
  CsvRow row;
  if ((*reader)->Next(&row).value_or(false)) {
    opened.first = row.fields();
    opened.first_raw = row.raw();
    opened.first_error = row.error();
  }
  return opened;
}

bool Says(const absl::Status& status, const std::string& part) {
  return status.message().find(part) != absl::string_view::npos;
}

std::string Utf16(const std::u16string& text, bool little) {
  std::string bytes;
  for (const char16_t c : text) {
    const char low = static_cast<char>(c & 0xFF);
    const char high = static_cast<char>(c >> 8);
    bytes += little ? low : high;
    bytes += little ? high : low;
  }
  return bytes;
}

TEST_CASE("the delimiter is found among comma, semicolon, tab and bar") {
  for (const char delimiter : {',', ';', '\t', '|'}) {
    CAPTURE(delimiter);
    const std::string d(1, delimiter);
    const Opened o = Open("id" + d + "name" + d + "note\n1" + d + "Ann Bea" + d + "\"x" + d +
                          "y\"\n2" + d + "Dee" + d + "z\n");
    CHECK(o.dialect.delimiter == delimiter);
    CHECK(o.first == Strings{"1", "Ann Bea", "x" + d + "y"});
  }
  CHECK(Open("id,note\n1,a;b;c\n2,d;e;f\n").dialect.delimiter == ',');
  CHECK(Open("id;price\n1;3,50\n2;4,50\n").dialect.delimiter == ';');
  CHECK(Open("id\n1\n2\n").dialect.delimiter == ',');
}

TEST_CASE("names that are known find the delimiter where widths do not") {
  const std::string text = "id;a,b,c\n1;x,y,z\n";
  CHECK(Open(text, {.names = {"id"}}).dialect.delimiter == ';');
}

TEST_CASE("a separator line says the delimiter and is no header") {
  const Opened o = Open("sep=;\r\nid;name\r\n1;Ann, Bea\r\n");
  CHECK(o.dialect.delimiter == ';');
  CHECK(o.dialect.header_line == 2);
  CHECK(o.first == Strings{"1", "Ann, Bea"});
  CHECK(Open("\"sep=|\"\nid|name\n1|b\n").header == Strings{"id", "name"});
  CHECK(Open("\xEF\xBB\xBFsep=\t\nid\tname\n1\tb\n").header == Strings{"id", "name"});
}

TEST_CASE("what is said goes before what is found") {
  CHECK(Open("a;b,c\n1;2,3\n", {.delimiter = ';'}).header == Strings{"a", "b,c"});
  CHECK_FALSE(Open("a\n", {.delimiter = '"'}).status.ok());
  CHECK(Open("title\nid,name\n1,2\n", {.skip_lines = 1}).header == Strings{"id", "name"});
  CHECK_FALSE(Open("a\n1\n", {.skip_lines = 9}).status.ok());
  CHECK_FALSE(Open("a\n", {.skip_lines = -1}).status.ok());
}

TEST_CASE("titles, comments and empty lines above a header of known names are passed over") {
  const CsvOptions known = {.names = {"id", "email"}};
  const Opened o =
      Open("Export of customers,,,\n,,,\n# made today, by hand\n\nid,name,email\n1,a,b\n", known);
  CHECK(o.header == Strings{"id", "name", "email"});
  CHECK(o.dialect.header_line == 5);
  CHECK(o.first == Strings{"1", "a", "b"});
  // Without a known name there is nothing to go by.
  CHECK(Open("Title\nx,y\n1,2\n", known).header == Strings{"Title"});
  CHECK(Open("#id,name\n1,2\n").header == Strings{"#id", "name"});
  CHECK(Open("# made today\nx,y\n1,2\n", known).header == Strings{"x", "y"});
}

TEST_CASE("encodings are found from a mark or from the bytes") {
  CHECK(Open("id,n\n1,\xC3\xA9\n").dialect.encoding == "UTF-8");
  const Opened marked = Open("\xEF\xBB\xBFid,n\n1,2\n");
  CHECK(marked.dialect.has_mark);
  CHECK(marked.header == Strings{"id", "n"});
  for (const bool little : {true, false}) {
    const std::u16string text = u"id,n\r\n1,Zoë 王\r\n";
    const Opened with = Open(Utf16(u"\uFEFF" + text, little));
    CHECK(with.dialect.encoding == (little ? "UTF-16LE" : "UTF-16BE"));
    CHECK(with.first == Strings{"1", "Zoë 王"});
    CHECK(with.first_raw == "1,Zoë 王");
    CHECK(Open(Utf16(text, little)).first == Strings{"1", "Zoë 王"});
  }
  const Opened western = Open("id,n\n1,Zo\xEB M\xFCller\n2,\x80 5\n");
  CHECK(western.dialect.encoding == "windows-1252");
  CHECK(western.first == Strings{"1", "Zoë Müller"});
  CHECK(western.first_raw == "1,Zo\xEB M\xFCller");
  CHECK(Open("id,n\n1,M\xFCller\n").first == Strings{"1", "Müller"});
  CHECK(Open("id,n\n1,cr\xE9\xE9\x65\n").first == Strings{"1", "créée"});
  const Opened chinese = Open("id,n,c\n1,\xCD\xF5\xCE\xB0,\xB1\xB1\xBE\xA9\n");
  CHECK(chinese.dialect.encoding == "GB18030");
  CHECK(chinese.first == Strings{"1", "王伟", "北京"});
  // A character whose second byte is a letter.
  CHECK(Open("id,n\n1,\xD6\xEC\xE9\x46\xBB\xF9\n2,\xC4\xD0\n").first == Strings{"1", "朱镕基"});
}

TEST_CASE("bytes beyond the first ones count, and a few damaged ones do not change UTF-8") {
  std::string text = "id,n\n";
  for (int i = 0; i < 20000; ++i) text += std::to_string(i) + ",plain\n";
  CHECK(Open(text + "x,caf\xE9 noir\n").dialect.encoding == "windows-1252");
  CHECK(Open(text + "x,caf\xC3\xA9\ny,\xC3\xA9t\xC3\xA9\nz,\xFF\n").dialect.encoding == "UTF-8");
}

TEST_CASE("an encoding can be said, and a mark goes before it") {
  CHECK(Open("id\n\xE9\n", {.encoding = "cp1252"}).first == Strings{"é"});
  CHECK(Open("id\n\xCD\xF5\n", {.encoding = "GBK"}).first == Strings{"王"});
  CHECK(Open("id\n\xE9\n", {.encoding = "latin-1"}).first == Strings{"é"});
  CHECK(Open(Utf16(u"id\n王\n", false), {.encoding = "utf-16be"}).first == Strings{"王"});
  CHECK(Open("\xEF\xBB\xBFid\n\xC3\xA9\n", {.encoding = "cp1252"}).first == Strings{"é"});
  CHECK(Says(Open("id\n", {.encoding = "klingon"}).status, "\"klingon\" is not an encoding"));
  CHECK_FALSE(Open("id\n", {.encoding = "ibm-37"}).status.ok());
  const Opened damaged = Open("id\n\xFF\xFF\n", {.encoding = "gb18030"});
  CHECK(Says(damaged.first_error, "line 2: field 1 holds bytes that are not GB18030"));
  CHECK(damaged.first_raw == "\xFF\xFF");
}

TEST_CASE("what is no text is called by its name") {
  const auto refused = [](const std::string& bytes) { return Open(bytes).status; };
  CHECK(Says(refused(std::string("PK\x03\x04\x14\0\0\0[Content_Types].xml", 27)),
             "an Excel workbook (.xlsx)"));
  CHECK(Says(refused(std::string("PK\x03\x04\x14\0\0\0a.csv", 13)), "a zip archive"));
  CHECK(Says(refused("%PDF-1.7\n"), "a PDF document"));
  CHECK(Says(refused("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 etc"), "an old Excel workbook (.xls)"));
  CHECK(Says(refused("<html><table>"), "an HTML page"));
  CHECK(Says(refused("{\"id\": 1}"), "a JSON document"));
  CHECK(Says(refused(std::string("\x01\x02\0\x03\x04\x05\x06\x07\x08", 9)), "a binary file"));
  CHECK(Says(refused("version https://git-lfs.github.com/spec/v1\noid sha256:0\n"), "Git LFS"));
  for (const char* header :
       {"id,name\n", "ORCID,name\n", "PAR1,PAR2\n", "BZh,x\n", "[id],name\n"}) {
    CHECK(NameIfNotText(header).empty());
  }
}

TEST_CASE("what was assumed is said in words") {
  CHECK(Describe(Open("a;b\n1;2\n").dialect) == "UTF-8, delimited by semicolons, header in line 1");
}

}  // namespace
}  // namespace clientele::csv

#include "common/csv/file_kind.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace clientele::csv {
namespace {

using absl::string_view;

struct Magic {
  string_view bytes;
  const char* name;
};

constexpr Magic kMagics[] = {
    {"%PDF-", "a PDF document"},
    {"{\\rtf", "an RTF document"},
    {string_view("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8), "an old Excel workbook (.xls)"},
    {string_view("\x09\x08\x10\x00", 4), "an old Excel workbook (.xls)"},
    {string_view("\x1F\x8B\x08", 3), "gzip inside gzip"},
    {"BZh91AY&SY", "a bzip2 archive"},
    {string_view("\xFD\x37zXZ\x00", 6), "an xz archive"},
    {"\x28\xB5\x2F\xFD", "a zstd archive"},
    {"7z\xBC\xAF\x27\x1C", "a 7z archive"},
    {"Rar!\x1A", "a RAR archive"},
    {"PAR1\x15", "a Parquet file"},
    {string_view("Obj\x01", 4), "an Avro file"},
    {string_view("ARROW1\0\0", 8), "an Arrow file"},
    {"SQLite format 3", "an SQLite database"},
    {"\x89PNG", "a picture (PNG)"},
    {"\xFF\xD8\xFF", "a picture (JPEG)"},
    {"\x7F"
     "ELF",
     "a program"},
    {"version https://git-lfs", "a Git LFS pointer, not the file itself (run git lfs pull)"},
};

constexpr Magic kMarkup[] = {
    {"<!doctype html", "an HTML page"}, {"<html", "an HTML page"},  {"<table", "an HTML table"},
    {"<?xml", "an XML document"},       {"{\"", "a JSON document"}, {"[{", "a JSON document"},
    {"[[", "a JSON document"},
};

std::string Zip(string_view start) {
  if (absl::StrContains(start, "opendocument.spreadsheet")) {
    return "an OpenDocument spreadsheet (.ods)";
  }
  if (absl::StrContains(start, "[Content_Types].xml") || absl::StrContains(start, "xl/")) {
    return "an Excel workbook (.xlsx)";
  }
  if (absl::StrContains(start, "Index/Document.iwa")) return "a Numbers spreadsheet";
  return "a zip archive";
}

bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f') || byte == 0x7F;
}

// Whether every other byte is NUL: UTF-16 of mostly Latin text.
bool LooksLikeUtf16(string_view start) {
  std::size_t nul[2] = {0, 0};
  for (std::size_t i = 0; i < start.size(); ++i) {
    if (start[i] == '\0') ++nul[i % 2];
  }
  const std::size_t half = start.size() / 2;
  return half >= 4 && std::min(nul[0], nul[1]) * 20 <= half && std::max(nul[0], nul[1]) * 2 >= half;
}

}  // namespace

std::string NameIfNotText(string_view start) {
  if (absl::StartsWith(start, "PK\x03\x04") || absl::StartsWith(start, "PK\x05\x06")) {
    return Zip(start);
  }
  // Old .xls files, but also other documents of that time, begin alike.
  for (const Magic& magic : kMagics) {
    if (absl::StartsWith(start, magic.bytes)) return magic.name;
  }
  if (start.size() >= 262 && start.substr(257, 5) == "ustar") return "a tar archive";
  string_view text = start;
  if (absl::StartsWith(text, "\xEF\xBB\xBF")) text.remove_prefix(3);
  text = absl::StripLeadingAsciiWhitespace(text);
  for (const Magic& magic : kMarkup) {
    if (absl::StartsWithIgnoreCase(text, magic.bytes)) return magic.name;
  }
  const bool marked = absl::StartsWith(start, "\xFF\xFE") || absl::StartsWith(start, "\xFE\xFF") ||
                      absl::StartsWith(start, string_view("\x00\x00\xFE\xFF", 4));
  if (marked || LooksLikeUtf16(start)) return "";
  const auto controls = std::count_if(start.begin(), start.end(), IsControl);
  const string_view first_line = start.substr(0, start.find_first_of("\r\n"));
  const bool nul_at_start = first_line.find('\0') != string_view::npos;
  if (nul_at_start || static_cast<std::size_t>(controls) * 5 > start.size()) return "a binary file";
  return "";
}

}  // namespace clientele::csv

#ifndef CLIENTELE_COMMON_CSV_CSV_DIALECT_H_
#define CLIENTELE_COMMON_CSV_CSV_DIALECT_H_

// How a CSV file is written: what was found in it, or said by the caller.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace clientele::csv {

struct CsvDialect {
  std::string encoding;  // canonical, see text_decoder.h
  bool has_mark = false;
  char delimiter = ',';
  // Line of the header; the lines above it are dropped.
  std::int64_t header_line = 1;
};

// "UTF-8, delimited by ';', header in line 3".
std::string Describe(const CsvDialect& dialect);

struct DialectHints {
  char delimiter = 0;           // 0: to be found
  std::int64_t skip_lines = 0;  // lines before the header, whatever they hold
  // Names of which the header holds some. With them, titles and comments above it are recognized.
  std::vector<std::string> names;
};

// Finds the delimiter and the header in a file's first lines, in UTF-8 (`start` may be cut off).
// Candidates are comma, semicolon, tab and "|"; a first line such as "sep=;" decides.
void FindDialect(absl::string_view start, const DialectHints& hints, CsvDialect& dialect);

// A header's or title's cell without white space around it: that of Unicode, and marks of no width.
std::string TrimmedName(absl::string_view cell);

}  // namespace clientele::csv

#endif  // CLIENTELE_COMMON_CSV_CSV_DIALECT_H_

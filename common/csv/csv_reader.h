#ifndef CLIENTELE_COMMON_CSV_CSV_READER_H_
#define CLIENTELE_COMMON_CSV_CSV_READER_H_

// Reads CSV files row by row, in constant memory.
//
//   CLIENTELE_ASSIGN_OR_RETURN(auto reader, csv::CsvReader::Open("events.csv.gz"));
//   Print(Describe(reader->dialect()));
//   csv::CsvRow row;
//   while (true) {
//     CLIENTELE_ASSIGN_OR_RETURN(const bool more, reader->Next(&row));
//     if (!more) break;
//     if (!row.error().ok()) { Report(row.line(), row.error(), row.raw()); continue; }
//     Import(row.Get("event_id"), row.Get("amount"));
//   }
//
// A file may be compressed with gzip, may begin with a byte order mark, and may end its lines with
// LF, CRLF or CR. Its encoding and delimiter are found from its bytes unless the options say them
// (text_decoder.h, csv_dialect.h); fields are UTF-8 always. Fields in double quotes may hold
// delimiters, line ends and doubled quotes. White space belongs to its field.
//
// The header names the columns. Its cells lose white space around them, may be empty and may
// repeat. Rows that lack cells at their end are padded with empty ones, empty cells beyond the
// header are dropped. Lines without a character are skipped and counted.
//
// Errors of one row (content beyond the header, a quote in the wrong place or never closed, bytes
// that are no text, a NUL byte, a bound exceeded) are in the row with the text of its lines, and
// reading goes on: behind an open quote at the next line that is a row by itself. Errors that
// leave no safe way on end the reading: a line beyond the bounds, a damaged archive. Every message
// names the line.
//
// Not thread-safe.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/csv/csv_dialect.h"

namespace clientele::csv {

struct CsvLimits {
  std::size_t max_field_bytes = std::size_t{1} << 20;
  // Of a row's lines.
  std::size_t max_row_bytes = std::size_t{4} << 20;
  std::size_t max_fields = 1024;
};

struct CsvOptions {
  CsvLimits limits = {};
  // 0: found.
  char delimiter = 0;
  // As people call it, such as "cp1252"; empty: found. A byte order mark goes before it.
  std::string encoding = {};
  // Lines before the header, whatever they hold.
  std::int64_t skip_lines = 0;
  // Names that the header holds some of: titles above it are then recognized.
  std::vector<std::string> names = {};
};

// One row. Rows may be kept after their reader is gone.
class CsvRow {
 public:
  // Line of the file on which the row starts; the first is 1.
  std::int64_t line() const { return line_; }

  // OK, or INVALID_ARGUMENT that begins with "line N: ". A wrong row keeps no fields.
  const absl::Status& error() const { return error_; }

  // In the order of the header, as many as it has.
  const std::vector<std::string>& fields() const { return fields_; }

  // How many of the header's cells the row lacked at its end.
  std::size_t padded() const { return padded_; }

  // The row's lines, byte for byte (UTF-8 where the file is UTF-16 or UTF-32), without the last
  // line's end.
  const std::string& raw() const { return raw_; }

  // The field of that column; empty when the file has no such column.
  absl::string_view Get(absl::string_view column) const;

  // The row's content in one string that other contents never give, whatever the quoting and
  // line ends in the file: for each field its length in bytes in decimal, ':', the field, ','
  // (a sequence of netstrings). Meant for hashing.
  std::string CanonicalBytes() const;

 private:
  friend class CsvReader;
  std::int64_t line_ = 0;
  absl::Status error_;
  std::vector<std::string> fields_;
  std::size_t padded_ = 0;
  std::string raw_;
  std::shared_ptr<const std::vector<std::string>> header_;
};

class CsvReader {
 public:
  // Opens the file and reads its header. A regular file whose encoding neither a mark nor the
  // options tell is read through once for it; of a pipe the first bytes tell.
  //
  // NOT_FOUND when it can't be opened; INVALID_ARGUMENT when it is no text (and what it is
  // instead), is empty, or an option is wrong.
  static absl::StatusOr<std::unique_ptr<CsvReader>> Open(const std::filesystem::path& path,
                                                         const CsvOptions& options = {});
  ~CsvReader();
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;

  // Names of the columns.
  const std::vector<std::string>& header() const;
  // The header's lines as they are in the file.
  const std::string& raw_header() const;
  // How the file is read.
  const CsvDialect& dialect() const;
  // Lines without a character, up to now.
  std::int64_t blank_lines() const;

  // Position of a column, the first of that name.
  std::optional<std::size_t> Column(absl::string_view name) const;
  // INVALID_ARGUMENT that lists the columns which are missing.
  absl::Status RequireColumns(const std::vector<std::string>& names) const;

  // True with the next row, false at the end. INVALID_ARGUMENT or DATA_LOSS end the reading: every
  // later call gives the same error. Rows before the error are given out first.
  absl::StatusOr<bool> Next(CsvRow* row);

 private:
  struct Impl;
  explicit CsvReader(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace clientele::csv

#endif  // CLIENTELE_COMMON_CSV_CSV_READER_H_

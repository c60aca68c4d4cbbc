#ifndef CLIENTELE_COMMON_CSV_CSV_READER_H_
#define CLIENTELE_COMMON_CSV_CSV_READER_H_

// Reads CSV files (RFC 4180, UTF-8) row by row, in constant memory.
//
//   CLIENTELE_ASSIGN_OR_RETURN(auto reader, csv::CsvReader::Open("events.csv.gz"));
//   csv::CsvRow row;
//   while (true) {
//     CLIENTELE_ASSIGN_OR_RETURN(const bool more, reader->Next(&row));
//     if (!more) break;
//     if (!row.error().ok()) { Report(row.line(), row.error()); continue; }
//     Import(row.Get("event_id"), row.Get("amount"));
//   }
//
// The first row names the columns. A file may be compressed with gzip, may begin with a byte order
// mark, and may end its lines with LF, CRLF or CR. Fields in double quotes may hold commas, line
// ends and doubled quotes. White space belongs to its field. Lines without a character are skipped.
//
// Errors of one row (its field count, a quote in the wrong place, text that is not UTF-8, a NUL
// byte) are in the row, and reading goes on: after a misplaced quote with the next line. Errors
// that leave no safe way on end the reading: a quote that is never closed, a bound exceeded (which
// mostly means the same), a damaged archive. Every message names the line.
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

namespace clientele::csv {

struct CsvLimits {
  std::size_t max_field_bytes = std::size_t{1} << 20;
  // Sum of a row's fields.
  std::size_t max_row_bytes = std::size_t{4} << 20;
  std::size_t max_fields = 1024;
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
  std::shared_ptr<const std::vector<std::string>> header_;
};

class CsvReader {
 public:
  // Opens the file and reads its header. NOT_FOUND when it can't be opened, INVALID_ARGUMENT when
  // it has no header, or one with an empty or repeated name.
  static absl::StatusOr<std::unique_ptr<CsvReader>> Open(const std::filesystem::path& path,
                                                         CsvLimits limits = {});
  ~CsvReader();
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;

  // Names of the columns.
  const std::vector<std::string>& header() const;
  // Position of a column.
  std::optional<std::size_t> Column(absl::string_view name) const;
  // INVALID_ARGUMENT that lists the columns which are missing.
  absl::Status RequireColumns(const std::vector<std::string>& names) const;

  // True with the next row, false at the end. INVALID_ARGUMENT or DATA_LOSS end the reading: every
  // later call gives the same error. Rows before the error are given out first.
  absl::StatusOr<bool> Next(CsvRow* row);

 private:
  struct Impl;
  explicit CsvReader(std::unique_ptr<Impl> impl);
  // Fills `rows` from the next piece of the file.
  void Fill();

  std::unique_ptr<Impl> impl_;
};

}  // namespace clientele::csv

#endif  // CLIENTELE_COMMON_CSV_CSV_READER_H_

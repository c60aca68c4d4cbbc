#ifndef CLIENTELE_COMMON_FRAME_CSV_FRAME_H_
#define CLIENTELE_COMMON_FRAME_CSV_FRAME_H_

// Reads a CSV file into a frame.
//
//   CLIENTELE_ASSIGN_OR_RETURN(auto reader, csv::CsvReader::Open("customers.csv"));
//   CLIENTELE_ASSIGN_OR_RETURN(
//       CsvFrame read, ReadFrame(*reader, {.types = {{"zip", ColumnType::kCategorical}},
//                                          .ignore = {"customer_id"}}));
//   for (const InferredColumn& column : read.inferred) Print(Describe(column));
//
// A column whose type is not given is numeric when every value of the first rows is a finite
// number, and categorical otherwise; what was inferred is said. A later value that is no number is
// an error that names its line, never a silent change of type.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "common/csv/csv_reader.h"
#include "common/frame/column.h"
#include "common/frame/frame.h"

namespace clientele::frame {

struct CsvFrameOptions {
  // Types of columns by name; those of the others are inferred.
  std::map<std::string, ColumnType> types = {};
  // The columns to read, in the order of the frame; empty: all of them, in the file's order.
  std::vector<std::string> columns = {};
  // Columns that are not read.
  std::vector<std::string> ignore = {};
  // Fields that stand for a missing value, after white space at their ends is removed.
  std::vector<std::string> missing = {"", "NA", "N/A", "NaN", "nan", "NULL", "null", "?"};
  // Rows from which types are inferred; they are held in memory as text, so rows up to
  // `inference_bytes` at most.
  std::size_t inference_rows = 10'000;
  std::size_t inference_bytes = std::size_t{64} << 20;
  FrameLimits limits = {};
};

// What was found out about a column whose type was not given.
struct InferredColumn {
  std::string name;
  ColumnType type = ColumnType::kNumeric;
  std::size_t rows = 0;     // that were looked at
  std::size_t missing = 0;  // of these
  // Categorical: the first value that is no number and its line; 0: no value was there at all.
  std::string example;
  std::int64_t example_line = 0;
};

// One line for people, such as: column "plan" is categorical: "gold" in line 2 is not a number.
std::string Describe(const InferredColumn& column);

struct CsvFrame {
  Frame frame;
  std::vector<InferredColumn> inferred;  // in the order of the frame
};

// Reads to the end of the file. A file of a header alone gives a frame without rows.
//
// INVALID_ARGUMENT for a row that the reader finds wrong, a numeric field that is not a finite
// number, a limit passed, or a column named in the options that the file lacks; messages name the
// line and the column. The reader's own errors as they are.
absl::StatusOr<CsvFrame> ReadFrame(csv::CsvReader& reader, const CsvFrameOptions& options);

}  // namespace clientele::frame

#endif  // CLIENTELE_COMMON_FRAME_CSV_FRAME_H_

#ifndef CLIENTELE_COMMON_CSV_CSV_CELL_H_
#define CLIENTELE_COMMON_CSV_CSV_CELL_H_

// How a field is written to a CSV file whose delimiter is a comma (RFC 4180).
//
//   out << csv::CsvCell(customer) << ',' << score << '\n';

#include <string>

#include "absl/strings/string_view.h"

namespace clientele::csv {

// In quotes where it holds a comma, a quote or a line end. Pure function, thread-safe.
std::string CsvCell(absl::string_view text);

}  // namespace clientele::csv

#endif  // CLIENTELE_COMMON_CSV_CSV_CELL_H_

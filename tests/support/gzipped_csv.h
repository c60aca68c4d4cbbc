#ifndef CLIENTELE_TESTS_SUPPORT_GZIPPED_CSV_H_
#define CLIENTELE_TESTS_SUPPORT_GZIPPED_CSV_H_

#include <string>
#include <vector>

namespace clientele::testing {

// All rows of a gzipped CSV file, the header first: read independently of the
// product's own reader, so that the two can be compared. Small and slow.
std::vector<std::vector<std::string>> ReadGzippedCsv(const std::string& path);

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_SUPPORT_GZIPPED_CSV_H_

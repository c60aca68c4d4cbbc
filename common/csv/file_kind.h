#ifndef CLIENTELE_COMMON_CSV_FILE_KIND_H_
#define CLIENTELE_COMMON_CSV_FILE_KIND_H_

#include <string>

#include "absl/strings/string_view.h"

namespace clientele::csv {

// What a file is when it is no table of text, by its first kilobytes: "an Excel workbook (.xlsx)",
// "a PDF document". Empty when nothing speaks against text. Thread-safe.
std::string NameIfNotText(absl::string_view start);

}  // namespace clientele::csv

#endif  // CLIENTELE_COMMON_CSV_FILE_KIND_H_

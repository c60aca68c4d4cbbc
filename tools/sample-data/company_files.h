#ifndef CLIENTELE_TOOLS_SAMPLE_DATA_COMPANY_FILES_H_
#define CLIENTELE_TOOLS_SAMPLE_DATA_COMPANY_FILES_H_

// Writes the sample company into a folder:
//
//   customers.csv items.csv articles.csv events.csv questions.csv texts.txt images/ITEM.png
//
// The CSV files have a header and follow RFC 4180 with "\n" line ends; all text
// is UTF-8 and all times are RFC 3339 in UTC.

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "tools/sample-data/company.h"

namespace clientele::sample {

// Replaces the files of the same names. UNAVAILABLE when the folder cannot be written.
absl::Status WriteCompany(const Company& company, const std::filesystem::path& folder);

// What the starter text encoder learns from: one text a line, each once.
std::vector<std::string> TrainingTexts(const Company& company);

// One CSV line with its line end.
std::string CsvLine(const std::vector<std::string>& fields);

absl::string_view EventTypeName(EventType type);

}  // namespace clientele::sample

#endif  // CLIENTELE_TOOLS_SAMPLE_DATA_COMPANY_FILES_H_

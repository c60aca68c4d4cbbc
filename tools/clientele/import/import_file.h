#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_IMPORT_FILE_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_IMPORT_FILE_H_

// Reads a CSV file from start to end into an import.

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "common/csv/csv_reader.h"
#include "tools/clientele/import/import.h"
#include "tools/clientele/import/rejected_rows.h"

namespace clientele::cli {

struct ImportFileOptions {
  std::string what;      // "events"
  std::string file;      // .csv or .csv.gz
  std::string rejected;  // empty: file + ".rejected.csv"
  bool json = false;     // end with a JSON object instead of a sentence
  csv::CsvOptions csv;   // how the file is written, as far as it is said
};

// A delimiter as people write it: ";", "\\t", "tab", "comma". INVALID_ARGUMENT for other text.
absl::StatusOr<char> ParseDelimiter(const std::string& text);

// Makes the import once the file's header is known.
using MakeImport = std::function<absl::StatusOr<std::unique_ptr<Import>>(
    const std::vector<std::string>& header, RejectedRows* rejected)>;

// Prints to `out` how the file is read, and in the end the summary. A regular file is looked
// through once before (Import::Survey). Rejected rows are no error; a file that cannot be read to
// its end is, after what was read is stored, and so is one of which nothing was imported
// (FAILED_PRECONDITION).
absl::Status ImportFile(const ImportFileOptions& options, const MakeImport& make,
                        std::ostream& out);

// The default of --source: the file's base name, without ".gz".
std::string SourceName(const std::string& file);

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_IMPORT_FILE_H_

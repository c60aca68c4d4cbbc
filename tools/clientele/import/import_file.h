#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_IMPORT_FILE_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_IMPORT_FILE_H_

// Reads a CSV file from start to end into an import.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "tools/clientele/import/import.h"
#include "tools/clientele/import/rejected_rows.h"

namespace clientele::cli {

struct ImportFileOptions {
  std::string what;      // "events"
  std::string file;      // .csv or .csv.gz
  std::string rejected;  // empty: file + ".rejected.csv"
  bool json = false;     // end with a JSON object instead of a sentence
};

// Makes the import once the file's header is known.
using MakeImport = std::function<absl::StatusOr<std::unique_ptr<Import>>(
    const std::vector<std::string>& header, RejectedRows* rejected)>;

// Prints the summary to stdout. Rejected rows are no error; a file that cannot be
// read to its end is, after what was read is stored.
absl::Status ImportFile(const ImportFileOptions& options, const MakeImport& make);

// The default of --source: the file's base name, without ".gz".
std::string SourceName(const std::string& file);

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_IMPORT_FILE_H_

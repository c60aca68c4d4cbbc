#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_IMPORT_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_IMPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "tools/clientele/import/import_counts.h"

namespace clientele::cli {

// Takes a file's rows one by one and sends them in batches. An error is about the
// suite or the disk and ends the import; bad rows go to the side file instead.
// For one thread.
class Import {
 public:
  virtual ~Import() = default;
  // The line number is the row's first line in the file, from 1.
  virtual absl::Status Add(int64_t line_number, std::vector<std::string> fields) = 0;
  // A row that could not even be split into fields.
  virtual absl::Status AddMalformed(int64_t line_number, const std::string& reason) = 0;
  // Sends the rest and waits for every acknowledgement.
  virtual absl::Status Finish() = 0;
  // Complete after Finish.
  virtual ImportCounts counts() const = 0;
};

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_IMPORT_H_

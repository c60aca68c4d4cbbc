#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_IMPORT_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_IMPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "tools/clientele/import/import_counts.h"

namespace clientele::cli {

// A row as the file has it.
struct SourceRow {
  int64_t line = 0;  // its first, from 1
  std::vector<std::string> fields;
  std::string raw;  // its lines, byte for byte
};

// Takes a file's rows one by one and sends them in batches. An error is about the
// suite, the disk or the file as a whole and ends the import; bad rows go to the side
// file instead. For one thread.
class Import {
 public:
  virtual ~Import() = default;
  // Looks at every row before the first Add, for what only the whole file tells: which
  // ids repeat, how numbers are written. May be left out (a pipe is read once).
  virtual void Survey(const SourceRow& /*row*/) {}
  // INVALID_ARGUMENT when the file contradicts itself.
  virtual absl::Status EndSurvey() { return absl::OkStatus(); }

  virtual absl::Status Add(SourceRow row) = 0;
  // A row that could not even be split into fields.
  virtual absl::Status AddMalformed(const SourceRow& row, const std::string& reason) = 0;
  // Sends the rest and waits for every acknowledgement.
  virtual absl::Status Finish() = 0;
  // Complete after Finish.
  virtual ImportCounts counts() const = 0;
  // What else the operator should know, in sentences. Complete after Finish.
  virtual std::vector<std::string> notes() const { return {}; }
};

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_IMPORT_H_

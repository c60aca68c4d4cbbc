#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_REJECTED_ROWS_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_REJECTED_ROWS_H_

// The side file that explains what was not imported: a CSV with line_number,
// reason and the row's own columns, readable by its owner alone. It is made with
// the first rejection; one left by an earlier run is removed.
//
//   RejectedRows rejected("orders.csv.rejected.csv", header);
//   rejected.Add(17, "quantity is not a decimal number", fields);
//   CLIENTELE_RETURN_IF_ERROR(rejected.Close());
//
// Thread-safe.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace clientele::cli {

class RejectedRows {
 public:
  RejectedRows(std::filesystem::path path, std::vector<std::string> header);

  void Add(int64_t line_number, absl::string_view reason, const std::vector<std::string>& fields);
  int64_t count() const;
  const std::filesystem::path& path() const { return path_; }
  // The first few reasons with their line numbers, for the final message.
  std::vector<std::string> examples() const;
  // UNAVAILABLE when the file could not be written completely.
  absl::Status Close();

 private:
  void WriteLine(absl::string_view first, absl::string_view second,
                 const std::vector<std::string>& fields);

  const std::filesystem::path path_;
  const std::vector<std::string> header_;
  mutable std::mutex mutex_;
  std::ofstream file_;
  int64_t count_ = 0;
  std::vector<std::string> examples_;
};

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_REJECTED_ROWS_H_

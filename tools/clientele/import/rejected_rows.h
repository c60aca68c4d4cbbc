#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_REJECTED_ROWS_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_REJECTED_ROWS_H_

// The side file that explains what was not imported: line_number and reason, and then
// each row's own text as it is in the file, byte for byte, under the file's own header.
// It can be mended and imported like the file itself. Readable by its owner alone. It is
// made with the first rejection; one left by an earlier run is removed.
//
//   RejectedRows rejected("orders.csv.rejected.csv", {.header = "id,quantity"});
//   rejected.Add(17, "quantity is not a decimal number", "a17,many");
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

// How the file is written that the rows are from.
struct SideFileFormat {
  std::string header;  // its header's text
  char delimiter = ',';
  bool mark = false;  // begins with a byte order mark of UTF-8
  bool utf8 = true;   // otherwise reasons are written in ASCII
};

class RejectedRows {
 public:
  RejectedRows(std::filesystem::path path, SideFileFormat format);

  void Add(int64_t line_number, absl::string_view reason, absl::string_view raw);
  int64_t count() const;
  const std::filesystem::path& path() const { return path_; }
  // The first few reasons with their line numbers, for the final message.
  std::vector<std::string> examples() const;
  // UNAVAILABLE when the file could not be written completely.
  absl::Status Close();

 private:
  void WriteLine(absl::string_view first, absl::string_view second, absl::string_view raw);

  const std::filesystem::path path_;
  const SideFileFormat format_;
  mutable std::mutex mutex_;
  std::ofstream file_;
  int64_t count_ = 0;
  std::vector<std::string> examples_;
};

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_REJECTED_ROWS_H_

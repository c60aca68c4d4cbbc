#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_PROGRESS_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_PROGRESS_H_

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/time/clock.h"
#include "tools/clientele/import/import_counts.h"

namespace clientele::cli {

// One line that shows the progress of an import, rewritten a few times a second; silent
// where nobody watches.
//
//   Progress progress("events", isatty(2) ? &std::cerr : nullptr, SystemClock::Get());
//   progress.Show(rows, rejected);
//
// Not thread-safe. `out` and `clock` are borrowed.
class Progress {
 public:
  Progress(std::string what, std::ostream* out, const Clock* clock);

  void Show(int64_t rows, int64_t rejected);
  // Removes the line.
  void Clear();
  absl::Duration Elapsed() const { return clock_->Now() - start_; }

 private:
  const std::string what_;
  std::ostream* const out_;
  const Clock* const clock_;
  const absl::Time start_;
  absl::Time shown_ = absl::InfinitePast();
};

// "525,461".
std::string WithCommas(int64_t number);

// The sentence, or the JSON object, that ends an import.
std::string Summary(const std::string& what, const ImportCounts& counts, absl::Duration elapsed);
// What is known of the file beside its rows.
struct FileFacts {
  std::string dialect;       // how it was read
  int64_t above_header = 0;  // lines dropped there
  int64_t blank = 0;         // lines dropped for holding nothing
  std::vector<std::string> notes;
};
std::string SummaryJson(const std::string& what, const ImportCounts& counts, absl::Duration elapsed,
                        const FileFacts& facts);

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_PROGRESS_H_

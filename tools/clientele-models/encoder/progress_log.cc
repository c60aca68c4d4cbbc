#include "tools/clientele-models/encoder/progress_log.h"

#include <chrono>
#include <ostream>

#include "absl/strings/str_format.h"

namespace clientele::models {

std::function<void(absl::string_view)> ProgressLog(std::ostream& log) {
  return [&log, start = std::chrono::steady_clock::now()](absl::string_view line) {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    log << absl::StrFormat("%4.0f s  ", passed.count()) << line << std::endl;
  };
}

}  // namespace clientele::models

#include "tools/clientele-models/training/training_run.h"

#include <ostream>

#include "absl/strings/str_format.h"

#include "common/status/status_macros.h"
#include "tools/clientele-models/bundle_key.h"
#include "tools/clientele-models/next_version.h"

namespace clientele::models {

absl::Status TrainingRun::Begin() {
  CLIENTELE_ASSIGN_OR_RETURN(key_, ReadOptionalBundleKey(options_.key_file));
  version_ =
      options_.version.empty() ? NextVersion(options_.out / options_.name) : options_.version;
  return absl::OkStatus();
}

std::function<void(absl::string_view)> TrainingRun::progress() {
  return [this](absl::string_view line) {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start_;
    log_ << absl::StrFormat("%4.0f s  ", passed.count()) << line << std::endl;
  };
}

}  // namespace clientele::models

#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_ENCODER_PROGRESS_LOG_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_ENCODER_PROGRESS_LOG_H_

#include <functional>
#include <iosfwd>

#include "absl/strings/string_view.h"

namespace clientele::models {

// Writes lines with the seconds since now before them. Borrows the stream.
std::function<void(absl::string_view)> ProgressLog(std::ostream& log);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_ENCODER_PROGRESS_LOG_H_

#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_VISION_DETECT_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_VISION_DETECT_H_

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace clientele::models {

struct DetectOptions {
  std::filesystem::path bundle;  // of task OBJECT_DETECTOR, signed or not
  std::vector<std::string> pictures;
};

// Prints one JSON line a picture, in the order given:
//   {"file": ..., "detections": [{"label": ..., "score": ..., "box": [x1, y1, x2, y2]}]}
// by falling score, in pixels of the picture. Errors name the picture; the lines before it are
// printed.
absl::Status Detect(const DetectOptions& options, std::ostream& out);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_VISION_DETECT_H_

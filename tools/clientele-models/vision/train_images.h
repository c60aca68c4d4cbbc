#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_VISION_TRAIN_IMAGES_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_VISION_TRAIN_IMAGES_H_

#include <filesystem>
#include <iosfwd>
#include <string>

#include "absl/status/status.h"

namespace clientele::models {

struct TrainImagesOptions {
  std::filesystem::path folder = {};  // one sub-folder a class
  std::filesystem::path out = {};
  std::string name = "images";
  std::string version = {};  // empty: one more than the newest under <out>/<name>
  std::filesystem::path teacher = {};
  std::filesystem::path teacher_names = {};
  std::filesystem::path pretrained = {};
  std::filesystem::path recipe = {};  // empty: its defaults
  double holdout = 0;
  std::filesystem::path test_folder = {};
  std::string license = {};
  std::filesystem::path data_notes = {};
  int threads = 0;                      // 0: all cores
  std::filesystem::path key_file = {};  // empty: unsigned
};

// Trains and writes an IMAGE_ENCODER bundle. A line of JSON at the end of `out`: `bundle`,
// `labels`, `pictures`, and what was measured. What is going on is said on `log`.
absl::Status TrainImages(const TrainImagesOptions& options, std::ostream& out, std::ostream& log);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_VISION_TRAIN_IMAGES_H_

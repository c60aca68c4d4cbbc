#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_READER_TRAIN_READER_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_READER_TRAIN_READER_H_

#include <cstddef>
#include <filesystem>
#include <iosfwd>
#include <vector>

#include "absl/status/status.h"

#include "tools/clientele-models/training/training_run.h"

namespace clientele::models {

struct TrainReaderOptions {
  std::vector<std::filesystem::path> files = {};
  std::filesystem::path encoder = {};
  TrainedBundleOptions bundle = {.name = "reader"};
  int epochs = 8;
  std::size_t window_tokens = 256;
};

// Trains and writes a TEXT_READER bundle. A line of JSON at the end of `out`: `bundle`, `questions`
// and the metrics of the articles that were held out (qa::PublishedReader). How far it is goes to
// `log`.
absl::Status TrainReader(const TrainReaderOptions& options, std::ostream& out, std::ostream& log);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_READER_TRAIN_READER_H_

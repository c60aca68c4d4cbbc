#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_INTENTS_TRAIN_INTENTS_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_INTENTS_TRAIN_INTENTS_H_

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <string>

#include "absl/status/status.h"

namespace clientele::models {

struct TrainIntentsOptions {
  std::filesystem::path encoder = {};
  std::filesystem::path csv = {};
  std::string text_column = {};
  std::string label_column = {};
  std::string oos_label = {};  // empty: everything is in scope
  std::filesystem::path out = {};
  std::string name = "intents";
  std::string version = {};  // empty: one more than the newest under <out>/<name>
  std::uint64_t seed = 1;
  bool frozen = false;                  // leaves the encoder as it is
  std::filesystem::path key_file = {};  // empty: unsigned
};

// Trains and writes a TEXT_CLASSIFIER bundle. A line of JSON at the end of `out`: `bundle`,
// `labels`, `rows`, and the metrics of rows that were set aside. What is going on is said on `log`.
absl::Status TrainIntentsCommand(const TrainIntentsOptions& options, std::ostream& out,
                                 std::ostream& log);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_INTENTS_TRAIN_INTENTS_H_

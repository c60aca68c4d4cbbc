#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_GENERATOR_TRAIN_GENERATOR_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_GENERATOR_TRAIN_GENERATOR_H_

#include <cstddef>
#include <filesystem>
#include <iosfwd>

#include "absl/status/status.h"

#include "tools/clientele-models/generator/generation_file.h"
#include "tools/clientele-models/training/training_run.h"

namespace clientele::models {

struct TrainGeneratorOptions {
  std::filesystem::path pairs = {};
  GenerationColumns columns = {};
  // What it goes on from: a TEXT_GENERATOR of the T5 family. Empty: a small new one with a
  // tokenizer of its own, learned from the pairs.
  std::filesystem::path generator = {};
  std::size_t vocabulary = 12000;  // tokens of a new one, at most
  TrainedBundleOptions bundle = {.name = "generator"};
  int epochs = 6;
  double learning_rate = 1e-3;
};

// Trains and writes a TEXT_GENERATOR bundle. A line of JSON at the end of `out`: `bundle`,
// `examples` and the metrics of what was held out (qa::PublishedGenerator). How far it is goes to
// `log`.
absl::Status TrainGenerator(const TrainGeneratorOptions& options, std::ostream& out,
                            std::ostream& log);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_GENERATOR_TRAIN_GENERATOR_H_

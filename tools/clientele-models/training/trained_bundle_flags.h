#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_TRAINING_TRAINED_BUNDLE_FLAGS_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_TRAINING_TRAINED_BUNDLE_FLAGS_H_

#include "tools/clientele-models/command.h"
#include "tools/clientele-models/training/training_run.h"

namespace clientele::models {

// --out, --name, --version, --seed, --license, --checkpoints and --signing_key. `options` outlives
// the parse.
void AddTrainedBundleFlags(CLI::App& command, TrainedBundleOptions& options);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_TRAINING_TRAINED_BUNDLE_FLAGS_H_

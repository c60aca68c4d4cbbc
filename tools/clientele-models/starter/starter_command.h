#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_STARTER_STARTER_COMMAND_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_STARTER_STARTER_COMMAND_H_

#include "tools/clientele-models/command.h"

namespace clientele::models {

// starter --texts FILE --out MODEL_DIR --signing_key FILE [--version 1] [--dimensions 256]
//         [--buckets 65536] [--behavior_features 24] [--max_texts 200000] [--seed 7]
// Builds and signs the starter models and prints a line for each; see starter_models.h.
void AddStarterCommand(CLI::App& app, Outcome& outcome);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_STARTER_STARTER_COMMAND_H_

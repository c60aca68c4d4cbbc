#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_GENERATOR_GENERATOR_COMMANDS_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_GENERATOR_GENERATOR_COMMANDS_H_

#include "tools/clientele-models/command.h"

namespace clientele::models {

// train generator, evaluate generator
void AddGeneratorCommands(CLI::App& app, Outcome& outcome);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_GENERATOR_GENERATOR_COMMANDS_H_

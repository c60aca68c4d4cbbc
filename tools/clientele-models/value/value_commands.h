#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_VALUE_VALUE_COMMANDS_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_VALUE_VALUE_COMMANDS_H_

// `evaluate value` and `predict value`.

#include "tools/clientele-models/command.h"

namespace clientele::models {

void AddValueCommands(CLI::App& app, Outcome& outcome);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_VALUE_VALUE_COMMANDS_H_

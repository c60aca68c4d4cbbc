#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_INTENTS_INTENT_COMMANDS_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_INTENTS_INTENT_COMMANDS_H_

#include "tools/clientele-models/command.h"

namespace clientele::models {

// train intents, evaluate intents
void AddIntentCommands(CLI::App& app, Outcome& outcome);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_INTENTS_INTENT_COMMANDS_H_

#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_CONFIDENCE_CONFIDENCE_COMMANDS_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_CONFIDENCE_CONFIDENCE_COMMANDS_H_

#include "tools/clientele-models/command.h"

namespace clientele::models {

// `train confidence`.
void AddConfidenceCommands(CLI::App& app, Outcome& outcome);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_CONFIDENCE_CONFIDENCE_COMMANDS_H_

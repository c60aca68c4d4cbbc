#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_ENCODER_ENCODER_COMMANDS_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_ENCODER_ENCODER_COMMANDS_H_

#include "tools/clientele-models/command.h"

namespace clientele::models {

// train --recipe, train retriever, evaluate retrieval
void AddEncoderCommands(CLI::App& app, Outcome& outcome);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_ENCODER_ENCODER_COMMANDS_H_

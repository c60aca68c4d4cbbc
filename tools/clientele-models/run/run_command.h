#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_RUN_RUN_COMMAND_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_RUN_RUN_COMMAND_H_

#include <CLI/CLI.hpp>

#include "tools/clientele-models/command.h"

namespace clientele::models {

// run BUNDLE --inputs IN.safetensors --outputs OUT.safetensors
void AddRunCommand(CLI::App& app, Outcome& outcome);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_RUN_RUN_COMMAND_H_

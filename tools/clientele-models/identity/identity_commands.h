#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_IDENTITY_IDENTITY_COMMANDS_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_IDENTITY_IDENTITY_COMMANDS_H_

#include <CLI/CLI.hpp>

#include "tools/clientele-models/command.h"

namespace clientele::models {

// evaluate identity --csv FILE [--csv FILE] --truth COL [--ignore COL,...] [--map COL=TYPE,...]
void AddEvaluateIdentityCommand(CLI::App& app, Outcome& outcome);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_IDENTITY_IDENTITY_COMMANDS_H_

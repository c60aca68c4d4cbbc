#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_RECIPE_RECIPE_COMMAND_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_RECIPE_RECIPE_COMMAND_H_

#include "tools/clientele-models/command.h"

namespace clientele::models {

// `train --recipe FILE`: the command `train` itself, without a subcommand behind it.
void AddRecipeCommand(CLI::App& app, Outcome& outcome);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_RECIPE_RECIPE_COMMAND_H_

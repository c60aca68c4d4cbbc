#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_TREES_TREE_COMMANDS_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_TREES_TREE_COMMANDS_H_

#include <CLI/CLI.hpp>

#include "tools/clientele-models/command.h"

namespace clientele::models {

// score BUNDLE --csv FILE
void AddScoreCommand(CLI::App& app, Outcome& outcome);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_TREES_TREE_COMMANDS_H_

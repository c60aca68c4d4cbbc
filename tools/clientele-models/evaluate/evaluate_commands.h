#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_EVALUATE_EVALUATE_COMMANDS_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_EVALUATE_EVALUATE_COMMANDS_H_

#include <CLI/CLI.hpp>

#include "tools/clientele-models/command.h"

namespace clientele::models {

// evaluate ratings --file FILE --user COL --item COL --rating COL
void AddEvaluateRatingsCommand(CLI::App& app, Outcome& outcome);

// evaluate ranking --file FILE --user COL --item COL
void AddEvaluateRankingCommand(CLI::App& app, Outcome& outcome);

// evaluate new-items --file FILE --user COL --item COL --text COL
void AddEvaluateNewItemsCommand(CLI::App& app, Outcome& outcome);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_EVALUATE_EVALUATE_COMMANDS_H_

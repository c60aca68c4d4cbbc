#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_TABLES_TABLE_COMMANDS_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_TABLES_TABLE_COMMANDS_H_

#include <CLI/CLI.hpp>

#include "tools/clientele-models/command.h"

namespace clientele::models {

// train trees --csv FILE --label COL --out DIR
void AddTrainTreesCommand(CLI::App& app, Outcome& outcome);
// train churn --csv FILE --label COL --out DIR
void AddTrainChurnCommand(CLI::App& app, Outcome& outcome);
// train ctr --csv FILE --label COL --out DIR
void AddTrainCtrCommand(CLI::App& app, Outcome& outcome);
// evaluate churn BUNDLE --csv FILE --label COL
void AddEvaluateChurnCommand(CLI::App& app, Outcome& outcome);
// evaluate ctr --file FILE --label COL
void AddEvaluateCtrCommand(CLI::App& app, Outcome& outcome);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_TABLES_TABLE_COMMANDS_H_

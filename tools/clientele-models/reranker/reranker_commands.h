#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_RERANKER_RERANKER_COMMANDS_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_RERANKER_RERANKER_COMMANDS_H_

#include "tools/clientele-models/command.h"

namespace clientele::models {

// train reranker, evaluate reranker
void AddRerankerCommands(CLI::App& app, Outcome& outcome);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_RERANKER_RERANKER_COMMANDS_H_

#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_TEXT_TEXT_COMMANDS_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_TEXT_TEXT_COMMANDS_H_

#include <CLI/CLI.hpp>

#include "tools/clientele-models/command.h"

namespace clientele::models {

// tokenize BUNDLE|TOKENIZER_FILE
void AddTokenizeCommand(CLI::App& app, Outcome& outcome);
// render-chat TOKENIZER_CONFIG.json --messages FILE.json
void AddRenderChatCommand(CLI::App& app, Outcome& outcome);
// generate BUNDLE --prompt TEXT | --prompt_ids 1,2,3
void AddGenerateCommand(CLI::App& app, Outcome& outcome);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_TEXT_TEXT_COMMANDS_H_

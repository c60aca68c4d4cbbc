#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_READER_READER_COMMANDS_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_READER_READER_COMMANDS_H_

#include "tools/clientele-models/command.h"

namespace clientele::models {

// train reader, evaluate reader
void AddReaderCommands(CLI::App& app, Outcome& outcome);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_READER_READER_COMMANDS_H_

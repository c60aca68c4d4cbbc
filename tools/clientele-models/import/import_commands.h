#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_IMPORT_IMPORT_COMMANDS_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_IMPORT_IMPORT_COMMANDS_H_

#include <CLI/CLI.hpp>

#include "tools/clientele-models/command.h"

namespace clientele::models {

// import HF_DIR --out DIR --name NAME --version V ...
void AddImportCommand(CLI::App& app, Outcome& outcome);
// new ARCH --config FILE --out DIR --name NAME --version V ...
void AddNewCommand(CLI::App& app, Outcome& outcome);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_IMPORT_IMPORT_COMMANDS_H_

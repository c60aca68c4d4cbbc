#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_BUNDLE_COMMANDS_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_BUNDLE_COMMANDS_H_

#include <CLI/CLI.hpp>

#include "tools/clientele-models/command.h"

namespace clientele::models {

// sign BUNDLE_DIR --signing_key FILE: completes and signs a folder made by hand.
void AddSignCommand(CLI::App& app, Outcome& outcome);
// verify BUNDLE_DIR --public_key FILE: would a service load it?
void AddVerifyCommand(CLI::App& app, Outcome& outcome);
// inspect BUNDLE_DIR: prints the manifest for people; runs and trusts nothing.
void AddInspectCommand(CLI::App& app, Outcome& outcome);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_BUNDLE_COMMANDS_H_

#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_KEY_COMMANDS_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_KEY_COMMANDS_H_

#include <CLI/CLI.hpp>

#include "tools/clientele-models/command.h"

namespace clientele::models {

// keygen --out DIR: a new pair model-signing.key and model-signing.pub.
// keygen --data FILE: a data key ring with one key.
void AddKeygenCommand(CLI::App& app, Outcome& outcome);
// rotate-key FILE: puts a new key in front of a data key ring.
void AddRotateKeyCommand(CLI::App& app, Outcome& outcome);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_KEY_COMMANDS_H_

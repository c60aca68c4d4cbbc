#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_VISION_VISION_COMMANDS_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_VISION_VISION_COMMANDS_H_

#include <CLI/CLI.hpp>

#include "tools/clientele-models/command.h"

namespace clientele::models {

// detect BUNDLE PICTURE...
void AddDetectCommand(CLI::App& app, Outcome& outcome);
// evaluate images BUNDLE --folder DIR
void AddEvaluateImagesCommand(CLI::App& app, Outcome& outcome);
// train images --folder DIR --out DIR
void AddTrainImagesCommand(CLI::App& app, Outcome& outcome);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_VISION_VISION_COMMANDS_H_

// Makes, signs and checks model bundles: see README.md.
#include <CLI/CLI.hpp>

#include "common/inference/compute/program_setup.h"
#include "common/training/freed_memory.h"
#include "tools/clientele-models/bundle_commands.h"
#include "tools/clientele-models/command.h"
#include "tools/clientele-models/confidence/confidence_commands.h"
#include "tools/clientele-models/encoder/encoder_commands.h"
#include "tools/clientele-models/evaluate/evaluate_commands.h"
#include "tools/clientele-models/generator/generator_commands.h"
#include "tools/clientele-models/identity/identity_commands.h"
#include "tools/clientele-models/import/import_commands.h"
#include "tools/clientele-models/intents/intent_commands.h"
#include "tools/clientele-models/key_commands.h"
#include "tools/clientele-models/reader/reader_commands.h"
#include "tools/clientele-models/recipe/recipe_command.h"
#include "tools/clientele-models/reranker/reranker_commands.h"
#include "tools/clientele-models/run/run_command.h"
#include "tools/clientele-models/starter/starter_command.h"
#include "tools/clientele-models/tables/table_commands.h"
#include "tools/clientele-models/text/text_commands.h"
#include "tools/clientele-models/trees/tree_commands.h"
#include "tools/clientele-models/value/value_commands.h"
#include "tools/clientele-models/vision/vision_commands.h"

int main(int argc, char** argv) {
  clientele::inference::SetUpProgram();
  clientele::training::KeepFreedMemory();
  CLI::App app("Makes, signs and checks model bundles", "clientele-models");
  app.require_subcommand(1);
  clientele::models::Outcome outcome;
  clientele::models::AddKeygenCommand(app, outcome);
  clientele::models::AddRotateKeyCommand(app, outcome);
  clientele::models::AddSignCommand(app, outcome);
  clientele::models::AddVerifyCommand(app, outcome);
  clientele::models::AddInspectCommand(app, outcome);
  clientele::models::AddImportCommand(app, outcome);
  clientele::models::AddNewCommand(app, outcome);
  clientele::models::AddRunCommand(app, outcome);
  clientele::models::AddTokenizeCommand(app, outcome);
  clientele::models::AddRenderChatCommand(app, outcome);
  clientele::models::AddGenerateCommand(app, outcome);
  clientele::models::AddScoreCommand(app, outcome);
  clientele::models::AddDetectCommand(app, outcome);
  clientele::models::AddEvaluateIdentityCommand(app, outcome);
  clientele::models::AddEvaluateImagesCommand(app, outcome);
  clientele::models::AddEvaluateRatingsCommand(app, outcome);
  clientele::models::AddEvaluateRankingCommand(app, outcome);
  clientele::models::AddEvaluateNewItemsCommand(app, outcome);
  clientele::models::AddTrainTreesCommand(app, outcome);
  clientele::models::AddTrainChurnCommand(app, outcome);
  clientele::models::AddTrainImagesCommand(app, outcome);
  clientele::models::AddTrainCtrCommand(app, outcome);
  clientele::models::AddEvaluateChurnCommand(app, outcome);
  clientele::models::AddEvaluateCtrCommand(app, outcome);
  clientele::models::AddValueCommands(app, outcome);
  clientele::models::AddIntentCommands(app, outcome);
  clientele::models::AddEncoderCommands(app, outcome);
  clientele::models::AddConfidenceCommands(app, outcome);
  clientele::models::AddReaderCommands(app, outcome);
  clientele::models::AddRecipeCommand(app, outcome);
  clientele::models::AddRerankerCommands(app, outcome);
  clientele::models::AddGeneratorCommands(app, outcome);
  clientele::models::AddStarterCommand(app, outcome);
  CLI11_PARSE(app, argc, argv);
  return outcome.exit_code;
}

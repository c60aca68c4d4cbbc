#include "tools/clientele-models/recipe/recipe_command.h"

#include <iostream>
#include <memory>

#include "common/inference/compute/compute_threads.h"
#include "common/status/status_macros.h"
#include "tools/clientele-models/recipe/train_recipe.h"

namespace clientele::models {

void AddRecipeCommand(CLI::App& app, Outcome& outcome) {
  CLI::App& command = CommandGroup(app, "train", "Trains a model and writes its bundle");
  command.require_subcommand(0, 1);
  auto options = std::make_shared<RecipeOptions>();
  auto threads = std::make_shared<int>(0);
  command.add_option("--recipe", options->recipe,
                     "Recipe of a model in several steps, see deploy/models/recipes");
  command.add_option("--data", options->data, "Folder of the recipe's files")
      ->capture_default_str();
  command.add_option("--teacher", options->teacher,
                     "Bundle or checkpoint that it learns from (default: as the recipe says)");
  command
      .add_option("--work", options->work,
                  "Folder for checkpoints; a training that was cut goes on there")
      ->capture_default_str();
  command.add_option("--out", options->out, "Model folder; DIR/NAME/VERSION is made")
      ->capture_default_str();
  command.add_option("--threads", *threads, "Threads to compute with (default: all cores)");
  command.add_flag("--finish_now", options->finish_now,
                   "Write the bundle of the newest checkpoint instead of learning on");
  command
      .add_option("--signing_key", options->key_file,
                  "Private key file of keygen; without it the bundle has to be signed later")
      ->envname("CLIENTELE_SIGNING_KEY_FILE");
  OnCommand(command, outcome, [&command, options, threads]() -> absl::Status {
    if (!command.get_subcommands().empty()) return absl::OkStatus();
    if (options->recipe.empty()) {
      return absl::InvalidArgumentError("--recipe, or what to train, is missing: see --help");
    }
    CLIENTELE_RETURN_IF_ERROR(inference::ConfigureThreads({.intra_op_threads = *threads}));
    return TrainRecipe(*options, std::cout, std::cerr);
  });
}

}  // namespace clientele::models

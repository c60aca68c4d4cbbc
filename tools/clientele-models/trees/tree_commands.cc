#include "tools/clientele-models/trees/tree_commands.h"

#include <iostream>
#include <memory>

#include "common/inference/compute/compute_threads.h"
#include "common/status/status_macros.h"
#include "tools/clientele-models/trees/score.h"

namespace clientele::models {

void AddScoreCommand(CLI::App& app, Outcome& outcome) {
  CLI::App* command = app.add_subcommand(
      "score", "Writes what a TABULAR bundle says of each row of a CSV file, as CSV");
  auto options = std::make_shared<ScoreOptions>();
  command->add_option("bundle", options->bundle, "Folder NAME/VERSION")->required();
  command
      ->add_option("--csv", options->csv,
                   "A header that names the model's features; an empty cell is a missing value")
      ->required();
  command->add_flag("--margins", options->margins, "Add what stands before the link function");
  command->add_flag("--contributions", options->contributions,
                    "Add how much each feature moved the margin (SHAP values), and the bias");
  OnCommand(*command, outcome, [options]() -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(inference::ConfigureThreads({}));
    return Score(*options, std::cout);
  });
}

}  // namespace clientele::models

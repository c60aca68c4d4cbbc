#include "tools/clientele-models/starter/starter_command.h"

#include <iostream>
#include <memory>

#include "common/status/status_macros.h"
#include "tools/clientele-models/starter/starter_models.h"

namespace clientele::models {

void AddStarterCommand(CLI::App& app, Outcome& outcome) {
  const auto options = std::make_shared<starter::StarterOptions>();
  CLI::App* command = app.add_subcommand(
      "starter", "Build and sign the text encoder, image encoder and profile fuser to start with");
  command->add_option("--texts", options->texts, "Texts to learn wording from, one a line (UTF-8)")
      ->required();
  command->add_option("--out", options->model_dir, "Model folder; bundles go to NAME/VERSION")
      ->required();
  command->add_option("--signing_key", options->signing_key_file, "Ed25519 private key file")
      ->required();
  command->add_option("--version", options->version, "Version of the bundles")
      ->capture_default_str();
  command->add_option("--dimensions", options->dimensions, "Length of a text vector")
      ->capture_default_str();
  command->add_option("--buckets", options->buckets, "Hash buckets of the tokenizer")
      ->capture_default_str();
  command
      ->add_option("--behavior_features", options->behavior_features,
                   "Behavior features that the profile fuser takes")
      ->capture_default_str();
  command->add_option("--max_texts", options->max_texts, "Different texts to use at most")
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Seed of the random directions")
      ->capture_default_str();
  OnCommand(*command, outcome, [options]() -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(const starter::StarterReport report,
                               starter::BuildStarterModels(*options));
    std::cout << report.texts << " different texts of " << report.lines << " lines ("
              << report.invalid_lines << " not UTF-8); the text encoder keeps "
              << static_cast<int>(report.explained * 100) << "% of their variance\n";
    for (const std::filesystem::path& bundle : report.bundles) {
      std::cout << "wrote " << bundle.string() << "\n";
    }
    return absl::OkStatus();
  });
}

}  // namespace clientele::models

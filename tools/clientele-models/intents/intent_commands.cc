#include "tools/clientele-models/intents/intent_commands.h"

#include <iostream>
#include <memory>

#include "common/inference/compute/compute_threads.h"
#include "common/status/status_macros.h"
#include "tools/clientele-models/intents/evaluate_intents.h"
#include "tools/clientele-models/intents/train_intents.h"

namespace clientele::models {
namespace {

template <class Options>
void AddRowsOptions(CLI::App& command, Options& options) {
  command.add_option("--csv", options.csv, "Texts with their labels")->required();
  command.add_option("--text", options.text_column, "Column of the texts")->required();
  command.add_option("--label", options.label_column, "Column of the labels")->required();
  command.add_option("--oos_label", options.oos_label,
                     "Label of what is out of scope: no intent, to be rejected");
}

void AddTrainIntents(CLI::App& app, Outcome& outcome) {
  CLI::App* command =
      CommandGroup(app, "train", "Trains a model and writes its bundle")
          .add_subcommand("intents", "Learns to classify texts, such as intents or sentiment");
  auto options = std::make_shared<TrainIntentsOptions>();
  command
      ->add_option("--encoder", options->encoder,
                   "Folder NAME/VERSION of a TEXT_ENCODER; it needs no signature")
      ->required();
  AddRowsOptions(*command, *options);
  command->add_option("--out", options->out, "Model folder; DIR/NAME/VERSION is made")->required();
  command->add_option("--name", options->name, "Lower-case letters, digits, '-' and '_'")
      ->capture_default_str();
  command->add_option("--version", options->version,
                      "Digits (default: one more than the newest that is there)");
  command->add_option("--seed", options->seed, "The same seed and rows give the same model")
      ->capture_default_str();
  command->add_flag("--frozen", options->frozen,
                    "Take the encoder as it is: faster, a little less accurate");
  command
      ->add_option("--signing_key", options->key_file,
                   "Private key file of keygen; without it the bundle has to be signed later")
      ->envname("CLIENTELE_SIGNING_KEY_FILE");
  OnCommand(*command, outcome, [options]() -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(inference::ConfigureThreads({}));
    return TrainIntentsCommand(*options, std::cout, std::cerr);
  });
}

void AddEvaluateIntents(CLI::App& app, Outcome& outcome) {
  CLI::App* command =
      EvaluateGroup(app).add_subcommand("intents", "Measures a TEXT_CLASSIFIER on labeled texts");
  auto options = std::make_shared<EvaluateIntentsOptions>();
  command->add_option("bundle", options->bundle, "Folder NAME/VERSION; it needs no signature")
      ->required();
  AddRowsOptions(*command, *options);
  OnCommand(*command, outcome, [options]() -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(inference::ConfigureThreads({}));
    return EvaluateIntents(*options, std::cout, std::cerr);
  });
}

}  // namespace

void AddIntentCommands(CLI::App& app, Outcome& outcome) {
  AddTrainIntents(app, outcome);
  AddEvaluateIntents(app, outcome);
}

}  // namespace clientele::models

#include "tools/clientele-models/reader/reader_commands.h"

#include <iostream>
#include <memory>

#include "common/inference/compute/compute_threads.h"
#include "common/status/status_macros.h"
#include "tools/clientele-models/reader/evaluate_reader.h"
#include "tools/clientele-models/reader/train_reader.h"
#include "tools/clientele-models/training/trained_bundle_flags.h"

namespace clientele::models {
namespace {

void AddTrainReader(CLI::App& app, Outcome& outcome) {
  CLI::App* command =
      CommandGroup(app, "train", "Trains a model and writes its bundle")
          .add_subcommand("reader", "Learns to find the answers to questions in passages");
  auto options = std::make_shared<TrainReaderOptions>();
  command->add_option("files", options->files, "Questions with answers in the format of SQuAD")
      ->required();
  command
      ->add_option(
          "--encoder", options->encoder,
          "Folder NAME/VERSION of a TEXT_ENCODER of the BERT family; it needs no signature")
      ->required();
  AddTrainedBundleFlags(*command, options->bundle);
  command->add_option("--epochs", options->epochs, "Passes over the questions at most")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command
      ->add_option("--window_tokens", options->window_tokens,
                   "Tokens of a question with a piece of its passage; longer passages are read in "
                   "overlapping pieces")
      ->check(CLI::Range(16, 8192))
      ->capture_default_str();
  OnCommand(*command, outcome, [options]() -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(inference::ConfigureThreads({}));
    return TrainReader(*options, std::cout, std::cerr);
  });
}

void AddEvaluateReader(CLI::App& app, Outcome& outcome) {
  CLI::App* command = EvaluateGroup(app).add_subcommand(
      "reader", "Measures a TEXT_READER on questions with answers, beside a sliding window");
  auto options = std::make_shared<EvaluateReaderOptions>();
  command->add_option("bundle", options->bundle, "Folder NAME/VERSION; it needs no signature")
      ->required();
  command->add_option("files", options->files, "Questions with answers in the format of SQuAD")
      ->required();
  OnCommand(*command, outcome, [options]() -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(inference::ConfigureThreads({}));
    return EvaluateReader(*options, std::cout, std::cerr);
  });
}

}  // namespace

void AddReaderCommands(CLI::App& app, Outcome& outcome) {
  AddTrainReader(app, outcome);
  AddEvaluateReader(app, outcome);
}

}  // namespace clientele::models

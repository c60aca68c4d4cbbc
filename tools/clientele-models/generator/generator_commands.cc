#include "tools/clientele-models/generator/generator_commands.h"

#include <iostream>
#include <memory>

#include "common/inference/compute/compute_threads.h"
#include "common/status/status_macros.h"
#include "tools/clientele-models/generator/evaluate_generator.h"
#include "tools/clientele-models/generator/train_generator.h"
#include "tools/clientele-models/training/trained_bundle_flags.h"

namespace clientele::models {
namespace {

void AddColumnFlags(CLI::App& command, GenerationColumns& columns) {
  command.add_option("--question", columns.question, "Column of the questions")
      ->capture_default_str();
  command.add_option("--answer", columns.answer, "Column of the answers")->capture_default_str();
  command.add_option(
      "--passage", columns.passage,
      "Column of what answers are written from (default: passage, else the answers)");
}

void AddTrainGenerator(CLI::App& app, Outcome& outcome) {
  CLI::App* command =
      CommandGroup(app, "train", "Trains a model and writes its bundle")
          .add_subcommand("generator", "Learns to write answers from questions and passages");
  auto options = std::make_shared<TrainGeneratorOptions>();
  command->add_option("--pairs", options->pairs, "CSV of questions and answers")->required();
  AddColumnFlags(*command, options->columns);
  command->add_option("--generator", options->generator,
                      "Folder NAME/VERSION of a T5 family TEXT_GENERATOR to go on from (default: "
                      "a small new one with a tokenizer of its own)");
  command
      ->add_option("--vocabulary", options->vocabulary,
                   "Tokens of a new generator's tokenizer, at most")
      ->check(CLI::Range(300, 100000))
      ->capture_default_str();
  AddTrainedBundleFlags(*command, options->bundle);
  command->add_option("--epochs", options->epochs, "Passes over the pairs at most")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_option("--learning_rate", options->learning_rate, "Of AdamW, at its largest")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  OnCommand(*command, outcome, [options]() -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(inference::ConfigureThreads({}));
    return TrainGenerator(*options, std::cout, std::cerr);
  });
}

void AddEvaluateGenerator(CLI::App& app, Outcome& outcome) {
  CLI::App* command = EvaluateGroup(app).add_subcommand(
      "generator", "Measures the answers that a TEXT_GENERATOR writes");
  auto options = std::make_shared<EvaluateGeneratorOptions>();
  command->add_option("bundle", options->bundle, "Folder NAME/VERSION; it needs no signature")
      ->required();
  command->add_option("file", options->file, "CSV of questions and answers")->required();
  AddColumnFlags(*command, options->columns);
  command->add_option("--max_new_tokens", options->max_new_tokens, "Of an answer")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  OnCommand(*command, outcome, [options]() -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(inference::ConfigureThreads({}));
    return EvaluateGenerator(*options, std::cout, std::cerr);
  });
}

}  // namespace

void AddGeneratorCommands(CLI::App& app, Outcome& outcome) {
  AddTrainGenerator(app, outcome);
  AddEvaluateGenerator(app, outcome);
}

}  // namespace clientele::models

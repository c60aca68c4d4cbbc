#include "tools/clientele-models/confidence/confidence_commands.h"

#include <iostream>
#include <memory>

#include "common/inference/compute/compute_threads.h"
#include "common/status/status_macros.h"
#include "tools/clientele-models/confidence/train_confidence.h"

namespace clientele::models {

void AddConfidenceCommands(CLI::App& app, Outcome& outcome) {
  CLI::App* command =
      CommandGroup(app, "train", "Trains a model and writes its bundle")
          .add_subcommand(
              "confidence",
              "Fits how sure qa-service is of an answer to a text encoder, a reranker and "
              "a reader");
  auto options = std::make_shared<TrainConfidenceOptions>();
  command
      ->add_option("--encoder", options->encoder,
                   "Folder NAME/VERSION of a TEXT_ENCODER; it needs no signature")
      ->required();
  command->add_option("--reranker", options->reranker,
                      "Folder NAME/VERSION of a TEXT_RANKER that orders what was found");
  command->add_option("--reader", options->reader,
                      "Folder NAME/VERSION of a TEXT_READER that reads what was found");
  command->add_option("--squad", options->squad, "Questions about passages in the format of SQuAD");
  command->add_option("--pairs", options->pairs, "CSV of questions, answers and topics");
  command->add_option("--articles", options->articles,
                      "CSV of articles with questions, as clientele import articles takes it");
  command->add_option("--question", options->columns.question, "Column of the pairs' questions")
      ->capture_default_str();
  command->add_option("--answer", options->columns.answer, "Column of the pairs' answers")
      ->capture_default_str();
  command->add_option("--topic", options->columns.topic, "Column of the pairs' topics")
      ->capture_default_str();
  command
      ->add_option("--max_questions", options->limits.questions,
                   "Questions that are asked of one knowledge")
      ->check(CLI::Range(10, 100000))
      ->capture_default_str();
  command
      ->add_option("--max_answered_removed", options->max_answered_removed,
                   "Share of the questions without their article that may be answered")
      ->check(CLI::Range(0.001, 0.5))
      ->capture_default_str();
  command->add_flag("--write", options->write,
                    "Write the weights into the settings of the reader, or the reranker, or else "
                    "the encoder");
  command->add_option("--observations", options->observations,
                      "CSV to write what the weights were fitted to");
  OnCommand(*command, outcome, [options]() -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(inference::ConfigureThreads({}));
    return TrainConfidence(*options, std::cout, std::cerr);
  });
}

}  // namespace clientele::models

#include "tools/clientele-models/encoder/encoder_commands.h"

#include <iostream>
#include <memory>

#include "common/inference/compute/compute_threads.h"
#include "common/status/status_macros.h"
#include "tools/clientele-models/encoder/evaluate_retrieval.h"
#include "tools/clientele-models/encoder/train_retriever.h"

namespace clientele::models {
namespace {

constexpr char kTrain[] = "train";

void AddTrainRetriever(CLI::App& app, Outcome& outcome) {
  CLI::App* command = CommandGroup(app, kTrain, "Trains a model and writes its bundle")
                          .add_subcommand("retriever",
                                          "Trains a text encoder so that questions find their "
                                          "answers");
  auto options = std::make_shared<TrainRetrieverOptions>();
  command
      ->add_option("--encoder", options->encoder,
                   "Folder NAME/VERSION of a TEXT_ENCODER; it needs no signature")
      ->required();
  command->add_option("--pairs", options->pairs, "CSV of questions and their answers")->required();
  command->add_option("--question", options->question_column, "Column of the questions")
      ->capture_default_str();
  command->add_option("--answer", options->answer_column, "Column of the answers")
      ->capture_default_str();
  command->add_option("--out", options->out, "Model folder; DIR/NAME/VERSION is made")->required();
  command->add_option("--name", options->name, "Lower-case letters, digits, '-' and '_'")
      ->capture_default_str();
  command->add_option("--version", options->version,
                      "Digits (default: one more than the newest that is there)");
  command->add_option("--epochs", options->epochs, "At most; it stops where it gets no better")
      ->capture_default_str();
  command->add_option("--seed", options->seed, "The same seed and rows give the same model")
      ->capture_default_str();
  command->add_option("--work", options->work,
                      "Folder for checkpoints, from which a training that was cut goes on");
  command
      ->add_option("--signing_key", options->key_file,
                   "Private key file of keygen; without it the bundle has to be signed later")
      ->envname("CLIENTELE_SIGNING_KEY_FILE");
  OnCommand(*command, outcome, [options]() -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(inference::ConfigureThreads({}));
    return TrainRetriever(*options, std::cout, std::cerr);
  });
}

void AddEvaluateRetrieval(CLI::App& app, Outcome& outcome) {
  CLI::App* command = EvaluateGroup(app).add_subcommand(
      "retrieval", "Measures how well passages are found by vectors, by words and by both");
  auto options = std::make_shared<EvaluateRetrievalOptions>();
  command->add_option("bundle", options->bundle, "Folder NAME/VERSION; it needs no signature")
      ->required();
  command
      ->add_option("--queries", options->queries,
                   "CSV or lines of JSON: a text and the id of the right passage")
      ->required();
  command->add_option("--passages", options->passages, "CSV: id and text")->required();
  command->add_option("--query_text", options->query_columns.text,
                      "Column of the queries (default: text, query or question)");
  command->add_option("--query_id", options->query_columns.id,
                      "Column of the right ids (default: passage_id, passage, right, article_id "
                      "or id)");
  command->add_option("--passage_text", options->passage_columns.text,
                      "Column of the passages (default: text, passage, body or answer)");
  command->add_option("--passage_id", options->passage_columns.id,
                      "Column of their ids (default: id, passage_id or article_id)");
  command->add_option(
      "--lexical_weight", options->lexical_weight,
      "Weight of the words in the fused search, 0 to 1 (default: the bundle's, else "
      "qa-service's)");
  OnCommand(*command, outcome, [options]() -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(inference::ConfigureThreads({}));
    return EvaluateRetrievalCommand(*options, std::cout, std::cerr);
  });
}

}  // namespace

void AddEncoderCommands(CLI::App& app, Outcome& outcome) {
  AddTrainRetriever(app, outcome);
  AddEvaluateRetrieval(app, outcome);
}

}  // namespace clientele::models

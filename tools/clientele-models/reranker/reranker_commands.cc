#include "tools/clientele-models/reranker/reranker_commands.h"

#include <iostream>
#include <memory>

#include "common/inference/compute/compute_threads.h"
#include "common/status/status_macros.h"
#include "tools/clientele-models/reranker/evaluate_reranker.h"
#include "tools/clientele-models/reranker/train_reranker.h"
#include "tools/clientele-models/training/trained_bundle_flags.h"

namespace clientele::models {
namespace {

void AddTrainReranker(CLI::App& app, Outcome& outcome) {
  CLI::App* command =
      CommandGroup(app, "train", "Trains a model and writes its bundle")
          .add_subcommand("reranker", "Learns which passage answers a question best");
  auto options = std::make_shared<TrainRerankerOptions>();
  command
      ->add_option("--pairs", options->pairs, "CSV of questions and the passages that answer them")
      ->required();
  command->add_option("--question", options->question_column, "Column of the questions")
      ->capture_default_str();
  command->add_option("--answer", options->answer_column, "Column of the passages")
      ->capture_default_str();
  command
      ->add_option(
          "--encoder", options->run.encoder,
          "Folder NAME/VERSION of a TEXT_ENCODER of the BERT family; it needs no signature")
      ->required();
  AddTrainedBundleFlags(*command, options->run.bundle);
  command->add_option("--epochs", options->run.training.epochs, "Passes over the questions at most")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  OnCommand(*command, outcome, [options]() -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(inference::ConfigureThreads({}));
    return TrainReranker(*options, std::cout, std::cerr);
  });
}

void AddEvaluateReranker(CLI::App& app, Outcome& outcome) {
  CLI::App* command = EvaluateGroup(app).add_subcommand(
      "reranker", "Measures a TEXT_RANKER on the first 20 passages of a search");
  auto options = std::make_shared<EvaluateRerankerOptions>();
  command->add_option("bundle", options->bundle, "Folder NAME/VERSION; it needs no signature")
      ->required();
  command->add_option("--encoder", options->encoder,
                      "TEXT_ENCODER of the search (default: words alone)");
  command
      ->add_option("--queries", options->queries,
                   "CSV or lines of JSON: a text and the id of the right passage")
      ->required();
  command->add_option("--passages", options->passages, "CSV: id and text")->required();
  command->add_option("--query_text,--text", options->query_columns.text,
                      "Column of the queries (default: text, query or question)");
  command->add_option("--query_id,--passage", options->query_columns.id,
                      "Column of the right ids (default: passage_id, passage, right, article_id "
                      "or id)");
  command->add_option("--passage_text", options->passage_columns.text,
                      "Column of the passages (default: text, passage, body or answer)");
  command->add_option("--passage_id", options->passage_columns.id,
                      "Column of their ids (default: id, passage_id or article_id)");
  OnCommand(*command, outcome, [options]() -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(inference::ConfigureThreads({}));
    return EvaluateReranker(*options, std::cout, std::cerr);
  });
}

}  // namespace

void AddRerankerCommands(CLI::App& app, Outcome& outcome) {
  AddTrainReranker(app, outcome);
  AddEvaluateReranker(app, outcome);
}

}  // namespace clientele::models

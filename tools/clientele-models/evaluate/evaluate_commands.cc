#include "tools/clientele-models/evaluate/evaluate_commands.h"

#include <iostream>
#include <memory>

#include "common/inference/compute/compute_threads.h"
#include "common/status/status_macros.h"
#include "tools/clientele-models/evaluate/evaluate_new_items.h"
#include "tools/clientele-models/evaluate/evaluate_ranking.h"
#include "tools/clientele-models/evaluate/evaluate_ratings.h"

namespace clientele::models {
namespace {

void AddColumns(CLI::App& command, InteractionColumns& columns) {
  command.add_option("--file", columns.file, "CSV, plain or gzip")->required();
  command.add_option("--user", columns.user, "Column: its name, or its number from 1")->required();
  command.add_option("--item", columns.item, "Column")->required();
  command.add_option("--time", columns.time, "Column: epochs, or times like 2010-11-01 08:26:00");
  command.add_option("--sep", columns.sep, "Between columns, such as \\t or ::; default: found");
  command.add_option("--test", columns.test, "Measure on this file instead of by a protocol");
}

}  // namespace

void AddEvaluateRatingsCommand(CLI::App& app, Outcome& outcome) {
  CLI::App* command = EvaluateGroup(app).add_subcommand(
      "ratings", "RMSE and MAE of predicted ratings, for each fold and on average");
  auto options = std::make_shared<EvaluateRatingsOptions>();
  AddColumns(*command, options->columns);
  command->add_option("--rating", options->columns.rating, "Column")->required();
  command->add_option("--protocol", options->protocol,
                      "kfold:N, random:SHARE, leave-last or temporal:DATE; default kfold:5");
  command->add_option("--algorithm", options->algorithm,
                      "bayesian (default), blend (most accurate), bayesian-explicit, svd++, sgd, "
                      "baseline");
  command->add_option("--seed", options->seed, "Of all that is random; default 1");
  command->add_option("--threads", options->threads, "Default 2");
  OnCommand(*command, outcome, [options]() -> absl::Status {
    // The threads are the families' own: those of operators would spin between their steps.
    CLIENTELE_RETURN_IF_ERROR(inference::ConfigureThreads({.intra_op_threads = 1}));
    return EvaluateRatings(*options, std::cout);
  });
}

void AddEvaluateRankingCommand(CLI::App& app, Outcome& outcome) {
  CLI::App* command = EvaluateGroup(app).add_subcommand(
      "ranking", "nDCG and more of recommendations, over all items");
  auto options = std::make_shared<EvaluateRankingOptions>();
  AddColumns(*command, options->columns);
  command->add_option("--rating", options->columns.rating, "Column; read, and not used");
  command->add_option("--protocol", options->protocol,
                      "random:SHARE, leave-last or temporal:DATE; default random:0.75");
  command->add_option("--stratify", options->stratify, "item (default) or user, of random:SHARE");
  command->add_option(
      "--algorithm", options->algorithm,
      "blend (default), hybrid (as recommend-service serves it), als, ease, item-item, cosine, "
      "lift, walk, neighbors, sequence, popularity");
  command->add_option("--k", options->k, "Length of the lists; default 10");
  command->add_option("--seed", options->seed, "Of all that is random; default 1");
  command->add_option("--threads", options->threads, "Default 2");
  OnCommand(*command, outcome, [options]() -> absl::Status {
    // The threads are the families' own: those of operators would spin between their steps.
    CLIENTELE_RETURN_IF_ERROR(inference::ConfigureThreads({.intra_op_threads = 1}));
    return EvaluateRanking(*options, std::cout);
  });
}

void AddEvaluateNewItemsCommand(CLI::App& app, Outcome& outcome) {
  CLI::App* command = EvaluateGroup(app).add_subcommand(
      "new-items", "nDCG of items that are taken out of the training, by their texts");
  auto options = std::make_shared<EvaluateNewItemsOptions>();
  InteractionColumns& columns = options->columns;
  command->add_option("--file", columns.file, "CSV, plain or gzip")->required();
  command->add_option("--user", columns.user, "Column: its name, or its number from 1")->required();
  command->add_option("--item", columns.item, "Column")->required();
  command->add_option("--text", columns.text, "Column of the item's title or description")
      ->required();
  command->add_option("--sep", columns.sep, "Between columns, such as \\t or ::; default: found");
  recommend::NewItemsOptions& experiment = options->experiment;
  command->add_option("--share", experiment.share, "Of the items that are new; default 0.1");
  command->add_option("--k", experiment.k, "Length of the lists; default 10");
  command->add_option("--seed", experiment.seed, "Of all that is random; default 1");
  command->add_option("--threads", experiment.threads, "Default 2");
  OnCommand(*command, outcome, [options]() -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(inference::ConfigureThreads({.intra_op_threads = 1}));
    return EvaluateNewItems(*options, std::cout);
  });
}

}  // namespace clientele::models

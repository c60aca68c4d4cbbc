#include "tools/clientele-models/value/value_commands.h"

#include <iostream>
#include <memory>

#include "common/inference/compute/compute_threads.h"
#include "common/inference/compute/usable_cores.h"
#include "common/status/status_macros.h"
#include "tools/clientele-models/value/predict_value.h"

namespace clientele::models {
namespace {

void AddValueFlags(CLI::App& command, ValueRun& run) {
  command
      .add_option("--csv", run.columns.files,
                  "Files of purchases with a header, several with the same columns")
      ->required();
  command.add_option("--customer", run.columns.customer, "The column of customers' ids")
      ->required();
  command.add_option("--time", run.columns.time, "The column of dates or times")->required();
  CLI::Option* amount =
      command.add_option("--amount", run.columns.amount, "The column of amounts, in one currency");
  CLI::Option* price = command.add_option(
      "--price", run.columns.price, "The column of prices; an amount is price times quantity");
  CLI::Option* quantity =
      command.add_option("--quantity", run.columns.quantity, "The column of quantities");
  price->needs(quantity)->excludes(amount);
  quantity->needs(price)->excludes(amount);
  command.add_option("--days", run.options.days, "How far ahead is asked")
      ->check(CLI::Range(7, 730))
      ->capture_default_str();
  command
      .add_option("--origins", run.options.origins, "Earlier days that are learned from, at most")
      ->check(CLI::Range(1, 24))
      ->capture_default_str();
  command.add_option("--seed", run.options.seed, "The same seed gives the same result")
      ->capture_default_str();
}

absl::Status Prepare(ValueRun& run) {
  if (run.columns.amount.empty() && run.columns.price.empty()) {
    return absl::InvalidArgumentError(
        "name a column with --amount, or two with --price and --quantity");
  }
  run.options.threads = inference::UsableCores();
  return inference::ConfigureThreads({.intra_op_threads = 1});
}

}  // namespace

void AddValueCommands(CLI::App& app, Outcome& outcome) {
  CLI::App* evaluate = EvaluateGroup(app).add_subcommand(
      "value",
      "Learns from purchases up to a day who buys after it and for how much, and compares");
  auto measured = std::make_shared<ValueRun>();
  AddValueFlags(*evaluate, *measured);
  evaluate->add_option("--date", measured->date,
                       "The last day that is learned from (default: --days before the last one)");
  OnCommand(*evaluate, outcome, [measured]() -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(Prepare(*measured));
    return EvaluateValueFile(*measured, std::cout);
  });

  CLI::App* predict =
      CommandGroup(app, "predict", "Tells what a company's own history makes likely")
          .add_subcommand("value", "Writes who will buy, and for how much, as CSV");
  auto told = std::make_shared<ValueRun>();
  AddValueFlags(*predict, *told);
  predict->add_option("--date", told->date,
                      "The last day that is learned from (default: the last one)");
  predict->add_option("--out", told->out, "The CSV file to write")->required();
  OnCommand(*predict, outcome, [told]() -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(Prepare(*told));
    return PredictValueFile(*told, std::cout);
  });
}

}  // namespace clientele::models

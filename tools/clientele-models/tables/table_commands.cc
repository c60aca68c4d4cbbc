#include "tools/clientele-models/tables/table_commands.h"

#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "common/crypto/signing.h"
#include "common/inference/compute/compute_threads.h"
#include "common/inference/compute/usable_cores.h"
#include "common/status/status_macros.h"
#include "services/profile-service/training/churn_model.h"
#include "services/recommend-service/training/click_evaluation.h"
#include "services/recommend-service/training/click_model.h"
#include "tools/clientele-models/bundle_key.h"
#include "tools/clientele-models/tables/train_trees.h"

namespace clientele::models {
namespace {

CLI::App& TrainGroup(CLI::App& app) {
  return CommandGroup(app, "train", "Trains a model and writes its bundle");
}

struct TableFlags {
  training::LabeledTableOptions table;
  std::string positive;
  training::TableBundleOptions bundle;
  std::string key_file;
  std::string protocol;
  std::uint64_t seed = 1;
  int threads = 0;
};

void AddTableFlags(CLI::App& command, TableFlags& flags, const char* file_flag) {
  command.add_option(file_flag, flags.table.csv, "A CSV file with a header")->required();
  command.add_option("--label", flags.table.label, "The column to be told")->required();
  command.add_option(
      "--positive", flags.positive,
      "The label's value that counts as yes (default: 1, true, yes, else the rarer)");
  command
      .add_option("--id,--ignore", flags.table.ignored,
                  "Columns that are not learned from, such as ids")
      ->delimiter(',');
  command
      .add_option("--categorical", flags.table.categorical,
                  "Columns of categories; with --numeric the only ones that are learned from "
                  "(default: all, their types found)")
      ->delimiter(',');
  command.add_option("--numeric", flags.table.numeric, "Columns of numbers")->delimiter(',');
  command.add_option("--seed", flags.seed, "The same seed gives the same result")
      ->capture_default_str();
  command.add_option("--threads", flags.threads, "0: all cores")
      ->check(CLI::Range(0, 256))
      ->capture_default_str();
}

void AddBundleFlags(CLI::App& command, TableFlags& flags, const char* name) {
  flags.bundle.name = name;
  command.add_option("--out", flags.bundle.out, "Model folder; DIR/NAME/VERSION is made")
      ->required();
  command.add_option("--name", flags.bundle.name, "Lower-case letters, digits, '-' and '_'")
      ->capture_default_str();
  command.add_option("--version", flags.bundle.version,
                     "Digits (default: one more than the newest)");
  command
      .add_option("--signing_key", flags.key_file,
                  "Private key file of keygen; without it the bundle has to be signed later")
      ->envname("CLIENTELE_SIGNING_KEY_FILE");
}

int ThreadsOf(const TableFlags& flags) {
  return flags.threads > 0 ? flags.threads : inference::UsableCores();
}

// Models of tables are small: threads inside an operator cost more than they give. Trees have
// theirs.
absl::Status PrepareThreads() { return inference::ConfigureThreads({.intra_op_threads = 1}); }

void PrintJson(const nlohmann::json& json) {
  std::cout << json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << std::endl;
}

// "kfold:5" to 5.
absl::StatusOr<int> FoldsOfProtocol(absl::string_view protocol) {
  absl::string_view rest = protocol;
  int folds = 0;
  if (!absl::ConsumePrefix(&rest, "kfold:") || !absl::SimpleAtoi(rest, &folds) || folds < 2 ||
      folds > 100) {
    return absl::InvalidArgumentError(
        absl::StrCat("--protocol '", protocol, "' is not kfold:N with N from 2 to 100"));
  }
  return folds;
}

void AddAlgorithmFlag(CLI::App& command, std::string& algorithm) {
  command.add_option("--algorithm", algorithm, "deepfm, trees, blend")
      ->check(CLI::IsMember({"deepfm", "trees", "blend"}))
      ->capture_default_str();
}

recommend::ClickFamilyOptions FamilyOptions(const std::string& algorithm, const TableFlags& flags) {
  return {.algorithm = algorithm == "deepfm"  ? recommend::ClickAlgorithm::kDeepFm
                       : algorithm == "trees" ? recommend::ClickAlgorithm::kTrees
                                              : recommend::ClickAlgorithm::kBlend,
          .threads = ThreadsOf(flags),
          .seed = flags.seed};
}

}  // namespace

void AddTrainTreesCommand(CLI::App& app, Outcome& outcome) {
  struct Flags : TableFlags {
    TrainTreesOptions trees;
  };
  CLI::App* command = TrainGroup(app).add_subcommand(
      "trees", "Trains boosted trees (XGBoost) on a CSV file; their number by cross-validation");
  auto flags = std::make_shared<Flags>();
  training::BoostedTreesOptions& trees = flags->trees.trees;
  trees.rounds = 2000;
  AddTableFlags(*command, *flags, "--csv");
  AddBundleFlags(*command, *flags, "trees");
  command
      ->add_option("--objective", flags->trees.objective,
                   "binary, classes, regression, counts (default: as the label looks)")
      ->check(CLI::IsMember({"binary", "classes", "regression", "counts"}));
  command
      ->add_option("--monotone", flags->trees.monotone,
                   "COLUMN=1 (never falls as the column grows) or COLUMN=-1, several by commas")
      ->delimiter(',');
  command->add_option("--cv", flags->trees.folds, "Folds of the cross-validation; 0: none")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  command->add_option("--rounds", trees.rounds, "Most trees (with --cv 0: that many)")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command
      ->add_option("--early_stopping", trees.patience,
                   "Rounds without a better loss after which it stops; 0: never")
      ->check(CLI::Range(0, 100'000))
      ->capture_default_str();
  command->add_option("--learning_rate", trees.learning_rate, "")->capture_default_str();
  command->add_option("--max_depth", trees.max_depth, "Splits on a path")->capture_default_str();
  command->add_option("--min_child_weight", trees.min_child_weight, "")->capture_default_str();
  command->add_option("--l2", trees.l2, "Penalty of leaves")->capture_default_str();
  OnCommand(*command, outcome, [flags]() -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(PrepareThreads());
    CLIENTELE_ASSIGN_OR_RETURN(const std::optional<crypto::SigningKey> key,
                               ReadOptionalBundleKey(flags->key_file));
    if (key.has_value()) flags->bundle.key = &*key;
    flags->trees.table = flags->table;
    flags->trees.positive = flags->positive;
    flags->trees.bundle = flags->bundle;
    flags->trees.trees.seed = flags->seed;
    flags->trees.trees.threads = ThreadsOf(*flags);
    if (flags->trees.folds == 1) return absl::InvalidArgumentError("--cv must be 0, or 2 and more");
    return TrainTrees(flags->trees, std::cout);
  });
}

void AddTrainChurnCommand(CLI::App& app, Outcome& outcome) {
  CLI::App* command = TrainGroup(app).add_subcommand(
      "churn",
      "Trains who leaves (or any yes and no) on a CSV file: the best of logistic regression, a "
      "network and trees, or their blend");
  auto flags = std::make_shared<TableFlags>();
  AddTableFlags(*command, *flags, "--csv");
  AddBundleFlags(*command, *flags, "churn");
  OnCommand(*command, outcome, [flags]() -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(PrepareThreads());
    CLIENTELE_ASSIGN_OR_RETURN(const std::optional<crypto::SigningKey> key,
                               ReadOptionalBundleKey(flags->key_file));
    if (key.has_value()) flags->bundle.key = &*key;
    CLIENTELE_ASSIGN_OR_RETURN(const profile::ChurnModel model,
                               profile::TrainChurn({.table = flags->table,
                                                    .positive = flags->positive,
                                                    .bundle = flags->bundle,
                                                    .seed = flags->seed,
                                                    .threads = ThreadsOf(*flags)}));
    for (const std::string& note : model.notes) std::cout << note << "\n";
    for (const training::CandidateScore& candidate : model.candidates) {
      std::cout << candidate.name << ": AUC " << candidate.auc << ", log-loss " << candidate.logloss
                << ", calibration error " << candidate.calibration_error << " ("
                << candidate.description << ")\n";
    }
    const training::CandidateScore& chosen = model.candidates[model.chosen];
    std::cout << "Kept: " << chosen.name << "\nWrote " << model.folder.string() << "\n";
    PrintJson({{"bundle", model.folder.string()},
               {"model", chosen.name},
               {"auc", chosen.auc},
               {"ece", chosen.calibration_error},
               {"seed", flags->seed}});
    return absl::OkStatus();
  });
}

void AddTrainCtrCommand(CLI::App& app, Outcome& outcome) {
  struct Flags : TableFlags {
    std::string algorithm = "blend";
  };
  CLI::App* command = TrainGroup(app).add_subcommand(
      "ctr", "Trains who clicks (or any yes and no) on a CSV file: DeepFM, trees or their blend");
  auto flags = std::make_shared<Flags>();
  AddTableFlags(*command, *flags, "--csv,--file");
  AddBundleFlags(*command, *flags, "clicks");
  AddAlgorithmFlag(*command, flags->algorithm);
  OnCommand(*command, outcome, [flags]() -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(PrepareThreads());
    CLIENTELE_ASSIGN_OR_RETURN(const std::optional<crypto::SigningKey> key,
                               ReadOptionalBundleKey(flags->key_file));
    if (key.has_value()) flags->bundle.key = &*key;
    CLIENTELE_ASSIGN_OR_RETURN(
        const recommend::ClickModel model,
        recommend::TrainClickModel({.table = flags->table,
                                    .positive = flags->positive,
                                    .families = FamilyOptions(flags->algorithm, *flags),
                                    .bundle = flags->bundle}));
    for (const std::string& note : model.notes) std::cout << note << "\n";
    std::cout << "Wrote " << model.folder.string() << "\n";
    PrintJson({{"bundle", model.folder.string()},
               {"model", model.kept.name},
               {"auc", model.kept.auc},
               {"logloss", model.kept.logloss},
               {"ece", model.kept.calibration_error},
               {"seed", flags->seed}});
    return absl::OkStatus();
  });
}

void AddEvaluateChurnCommand(CLI::App& app, Outcome& outcome) {
  struct Flags : TableFlags {
    std::string bundle_path;
    int repeats = 1;
  };
  CLI::App* command = EvaluateGroup(app).add_subcommand(
      "churn", "AUC and calibration error of a bundle on a CSV file, or of its recipe on folds");
  auto flags = std::make_shared<Flags>();
  command->add_option("bundle", flags->bundle_path,
                      "Folder NAME/VERSION; without it the file is cross-validated");
  AddTableFlags(*command, *flags, "--csv");
  command->add_option("--protocol", flags->protocol, "kfold:N, without a bundle (default kfold:5)");
  command->add_option("--repeats", flags->repeats, "Times the rows are dealt into folds")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  OnCommand(*command, outcome, [flags]() -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(PrepareThreads());
    profile::ChurnScore score;
    if (!flags->bundle_path.empty()) {
      if (!flags->protocol.empty()) {
        return absl::InvalidArgumentError("--protocol is for a file without a bundle");
      }
      CLIENTELE_ASSIGN_OR_RETURN(
          score, profile::EvaluateChurn(flags->bundle_path, flags->table, flags->positive));
    } else {
      CLIENTELE_ASSIGN_OR_RETURN(
          const int folds, FoldsOfProtocol(flags->protocol.empty() ? "kfold:5" : flags->protocol));
      CLIENTELE_ASSIGN_OR_RETURN(score, profile::CrossValidateChurn({.table = flags->table,
                                                                     .positive = flags->positive,
                                                                     .seed = flags->seed,
                                                                     .threads = ThreadsOf(*flags)},
                                                                    folds, flags->repeats));
    }
    std::cout << score.rows << " rows\n";
    PrintJson({{"auc", score.auc}, {"ece", score.calibration_error}});
    return absl::OkStatus();
  });
}

void AddEvaluateCtrCommand(CLI::App& app, Outcome& outcome) {
  struct Flags : TableFlags {
    std::string test;
    std::string algorithm = "blend";
  };
  CLI::App* command = EvaluateGroup(app).add_subcommand(
      "ctr", "AUC and log-loss of a model that ranks by clicks, on a CSV file");
  auto flags = std::make_shared<Flags>();
  AddTableFlags(*command, *flags, "--file,--csv");
  auto* protocol = command->add_option("--protocol", flags->protocol, "kfold:N (default kfold:5)");
  command->add_option("--test", flags->test, "Train on --file, measure on this file")
      ->excludes(protocol);
  AddAlgorithmFlag(*command, flags->algorithm);
  OnCommand(*command, outcome, [flags]() -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(PrepareThreads());
    const std::string protocol_name = flags->protocol.empty() ? "kfold:5" : flags->protocol;
    CLIENTELE_ASSIGN_OR_RETURN(const int folds, FoldsOfProtocol(protocol_name));
    recommend::ClickEvaluationOptions options{.table = flags->table, .positive = flags->positive};
    options.families = FamilyOptions(flags->algorithm, *flags);
    options.folds = folds;
    options.test = flags->test;
    options.progress = [](int fold, const recommend::ClickFoldScore& score) {
      std::cout << "fold " << fold << ": AUC " << score.auc << ", log-loss " << score.logloss
                << std::endl;
    };
    CLIENTELE_ASSIGN_OR_RETURN(const recommend::ClickScore score,
                               recommend::EvaluateClicks(options));
    for (const std::string& note : score.notes) std::cout << note << "\n";
    PrintJson(
        {{"auc", score.auc},
         {"logloss", score.logloss},
         {"seed", flags->seed},
         {"split",
          flags->test.empty()
              ? protocol_name
              : absl::StrCat("test:", std::filesystem::path(flags->test).filename().string())}});
    return absl::OkStatus();
  });
}

}  // namespace clientele::models

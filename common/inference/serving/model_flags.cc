#include "common/inference/serving/model_flags.h"

namespace clientele::inference {

using flags::AddFlag;

void AddModelFlags(CLI::App& app, ModelOptions& options) {
  AddFlag(app, "model_dir", options.model_dir, "Folder of model bundles");
  AddFlag(app, "model_public_key_file", options.public_key_file,
          "Key that bundles must be signed with");
  AddFlag(app, "device", options.device, "Where models run: auto, cpu, cuda or cuda:N");
  AddFlag(
      app, "model_precision", options.precision,
      "How models' linear layers compute: fp32, int8, bf16 or fp16 (empty: as each bundle asks)")
      ->check(CLI::IsMember({"", "fp32", "int8", "bf16", "fp16"}));
  AddFlag(app, "model_cores", options.cores,
          "Cores that all models of the process share; 0: those that it may use")
      ->check(CLI::Range(0, 1024));
  AddFlag(app, "compute_threads", options.compute_threads,
          "Threads of one call of a model; 0: all of --model_cores")
      ->check(CLI::Range(0, 1024));
  AddFlag(app, "model_refresh_interval", options.refresh_interval,
          "How often the folder is looked at for new versions");
}

void AddModelShareFlags(CLI::App& app, const std::string& model, ModelShare& share) {
  AddFlag(app, model + "_instances", share.instances,
          "Batches that this model computes at the same time, each with --compute_threads")
      ->check(CLI::Range(1, 1024));
}

}  // namespace clientele::inference

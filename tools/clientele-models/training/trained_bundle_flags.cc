#include "tools/clientele-models/training/trained_bundle_flags.h"

namespace clientele::models {

void AddTrainedBundleFlags(CLI::App& command, TrainedBundleOptions& options) {
  command.add_option("--out", options.out, "Model folder; DIR/NAME/VERSION is made")->required();
  command.add_option("--name", options.name, "Lower-case letters, digits, '-' and '_'")
      ->capture_default_str();
  command.add_option("--version", options.version,
                     "Digits (default: one more than the newest that is there)");
  command.add_option("--seed", options.seed, "The same seed and data give the same model")
      ->capture_default_str();
  command.add_option("--license", options.license,
                     "SPDX identifier (default: that of what it begins with)");
  command.add_option("--checkpoints", options.checkpoints,
                     "Folder to go on from after a cut; it keeps what the training learned from");
  command
      .add_option("--signing_key", options.key_file,
                  "Private key file of keygen; without it the bundle has to be signed later")
      ->envname("CLIENTELE_SIGNING_KEY_FILE");
}

}  // namespace clientele::models

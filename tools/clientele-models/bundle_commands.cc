#include "tools/clientele-models/bundle_commands.h"

#include <iostream>
#include <memory>
#include <string>

#include "common/crypto/signing.h"
#include "common/inference/torchscript/bundle_writer.h"
#include "common/status/status_macros.h"
#include "tools/clientele-models/bundle_key.h"
#include "tools/clientele-models/manifest_summary.h"

namespace clientele::models {
namespace {

struct BundleOptions {
  std::string dir;
  std::string key_file;
};

absl::Status Sign(const BundleOptions& options) {
  CLIENTELE_ASSIGN_OR_RETURN(const crypto::SigningKey key, ReadBundleKey(options.key_file));
  CLIENTELE_RETURN_IF_ERROR(inference::SignBundle(options.dir, key));
  std::cout << "Signed with key " << key.public_key().id() << "; services can load the bundle.\n";
  return absl::OkStatus();
}

absl::Status Verify(const BundleOptions& options) {
  if (options.key_file.empty()) {
    CLIENTELE_RETURN_IF_ERROR(inference::VerifyUnsignedBundle(options.dir));
    std::cout << "OK: hashes and golden examples hold. The signature was not checked: give "
                 "--public_key.\n";
    return absl::OkStatus();
  }
  CLIENTELE_ASSIGN_OR_RETURN(
      const crypto::PublicKey key,
      crypto::PublicKey::FromFile(options.key_file, "the public key file (--public_key)"));
  CLIENTELE_RETURN_IF_ERROR(inference::VerifyBundle(options.dir, key));
  std::cout << "OK: signature, hashes and golden examples hold.\n";
  return absl::OkStatus();
}

}  // namespace

void AddSignCommand(CLI::App& app, Outcome& outcome) {
  CLI::App* command = app.add_subcommand(
      "sign",
      "Completes bundle.json (files, hashes, golden examples) of a folder NAME/VERSION and signs "
      "it");
  auto options = std::make_shared<BundleOptions>();
  command->add_option("bundle", options->dir, "Folder NAME/VERSION")->required();
  command->add_option("--signing_key", options->key_file, "Private key file of keygen")
      ->required()
      ->envname("CLIENTELE_SIGNING_KEY_FILE");
  OnCommand(*command, outcome, [options] { return Sign(*options); });
}

void AddVerifyCommand(CLI::App& app, Outcome& outcome) {
  CLI::App* command = app.add_subcommand(
      "verify", "Says whether a service would load a bundle, or why it would not");
  auto options = std::make_shared<BundleOptions>();
  command->add_option("bundle", options->dir, "Folder NAME/VERSION")->required();
  command
      ->add_option("--public_key", options->key_file,
                   "Public key file of keygen; without it the signature is not checked")
      ->envname("CLIENTELE_MODEL_PUBLIC_KEY_FILE");
  OnCommand(*command, outcome, [options] { return Verify(*options); });
}

void AddInspectCommand(CLI::App& app, Outcome& outcome) {
  CLI::App* command = app.add_subcommand(
      "inspect", "Prints a bundle's manifest; checks no signature and runs no model");
  auto options = std::make_shared<BundleOptions>();
  command->add_option("bundle", options->dir, "Folder NAME/VERSION")->required();
  OnCommand(*command, outcome, [options] { return PrintManifest(options->dir, std::cout); });
}

}  // namespace clientele::models

#include "tools/clientele-models/key_commands.h"

#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "common/crypto/cipher.h"
#include "common/crypto/signing.h"
#include "common/status/status_macros.h"

namespace clientele::models {
namespace fs = std::filesystem;
namespace {

struct KeygenOptions {
  std::string out;
  std::string data;
};

absl::Status MakeSigningKey(const fs::path& out) {
  std::error_code error;
  fs::create_directories(out, error);
  const fs::path private_file = out / "model-signing.key";
  const fs::path public_file = out / "model-signing.pub";
  CLIENTELE_RETURN_IF_ERROR(crypto::GenerateSigningKeyFiles(private_file, public_file));
  CLIENTELE_ASSIGN_OR_RETURN(const crypto::PublicKey key, crypto::PublicKey::FromFile(public_file));
  std::cout << "Made key " << key.id() << ": sign with " << private_file.string()
            << " (keep it secret), give " << public_file.string() << " to the services.\n";
  return absl::OkStatus();
}

absl::Status MakeDataKey(const fs::path& file) {
  CLIENTELE_RETURN_IF_ERROR(crypto::GenerateKeyFile(file));
  CLIENTELE_ASSIGN_OR_RETURN(const crypto::Cipher cipher, crypto::Cipher::FromKeyFile(file));
  std::cout << "Made data key " << cipher.current_key_id() << " in " << file.string()
            << ": give it to one service with --data_key_file, and keep a copy. What is stored "
               "under a key that is lost is lost too.\n";
  return absl::OkStatus();
}

absl::Status RotateDataKey(const fs::path& file) {
  CLIENTELE_RETURN_IF_ERROR(crypto::RotateKeyFile(file));
  CLIENTELE_ASSIGN_OR_RETURN(const crypto::Cipher cipher, crypto::Cipher::FromKeyFile(file));
  std::cout << "New values will be under data key " << cipher.current_key_id()
            << ". Now restart the service's replicas, then run the service with "
               "--reencrypt_and_exit. The last key of the file must stay: look-ups depend on it.\n";
  return absl::OkStatus();
}

}  // namespace

void AddKeygenCommand(CLI::App& app, Outcome& outcome) {
  CLI::App* command = app.add_subcommand(
      "keygen", "Makes a key pair for signing model bundles, or a key for personal data");
  auto options = std::make_shared<KeygenOptions>();
  CLI::Option_group* kind = command->add_option_group("kind");
  kind->add_option("--out", options->out, "Folder for model-signing.key and model-signing.pub");
  kind->add_option("--data", options->data,
                   "New data key ring, for --data_key_file of one service");
  kind->require_option(1);
  OnCommand(*command, outcome, [options] {
    return options->data.empty() ? MakeSigningKey(options->out) : MakeDataKey(options->data);
  });
}

void AddRotateKeyCommand(CLI::App& app, Outcome& outcome) {
  CLI::App* command =
      app.add_subcommand("rotate-key", "Puts a new key in front of a data key ring");
  auto file = std::make_shared<std::string>();
  command->add_option("file", *file, "The ring that --data_key_file names")->required();
  OnCommand(*command, outcome, [file] { return RotateDataKey(*file); });
}

}  // namespace clientele::models

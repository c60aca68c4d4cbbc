#include "tools/clientele-models/key_commands.h"

#include <filesystem>
#include <iostream>
#include <sstream>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>

#include "absl/strings/match.h"

#include "common/crypto/cipher.h"
#include "common/crypto/signing.h"
#include "tests/support/temporary_folder.h"

namespace clientele::models {
namespace {

using crypto::Cipher;

// The exit code of a command; what it prints is kept in `printed`.
int Run(const std::string& arguments, std::string* printed = nullptr) {
  CLI::App app;
  Outcome outcome;
  AddKeygenCommand(app, outcome);
  AddRotateKeyCommand(app, outcome);
  std::ostringstream text;
  std::streambuf* const out = std::cout.rdbuf(text.rdbuf());
  std::streambuf* const error = std::cerr.rdbuf(text.rdbuf());
  try {
    app.parse(arguments);
  } catch (const CLI::ParseError& e) {
    outcome.exit_code = e.get_exit_code();
  }
  std::cout.rdbuf(out);
  std::cerr.rdbuf(error);
  if (printed != nullptr) *printed = text.str();
  return outcome.exit_code;
}

TEST_CASE("a data key is made once, for its owner alone, and never overwritten") {
  const testing::TemporaryFolder folder;
  const std::string file = (folder.path() / "data.key").string();
  std::string printed;
  REQUIRE(Run("keygen --data " + file, &printed) == 0);
  const Cipher cipher = Cipher::FromKeyFile(file).value();
  CHECK(absl::StrContains(printed, cipher.current_key_id()));
  struct stat status = {};
  REQUIRE(stat(file.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);

  CHECK(Run("keygen --data " + file) != 0);
  CHECK(Cipher::FromKeyFile(file)->current_key_id() == cipher.current_key_id());
}

TEST_CASE("a rotation encrypts with a new key, reads with all and looks up as before") {
  const testing::TemporaryFolder folder;
  const std::string file = (folder.path() / "data.key").string();
  REQUIRE(Run("keygen --data " + file) == 0);
  const Cipher before = Cipher::FromKeyFile(file).value();
  std::string printed;
  REQUIRE(Run("rotate-key " + file, &printed) == 0);
  const Cipher after = Cipher::FromKeyFile(file).value();
  CHECK(after.current_key_id() != before.current_key_id());
  CHECK(absl::StrContains(printed, after.current_key_id()));
  CHECK(absl::StrContains(printed, "--reencrypt_and_exit"));
  CHECK(after.Decrypt(before.Encrypt("x", "place"), "place").value() == "x");
  CHECK(after.BlindIndex("x", "scope") == before.BlindIndex("x", "scope"));
}

TEST_CASE("a rotation of what is no key ring changes nothing") {
  const testing::TemporaryFolder folder;
  CHECK(Run("rotate-key " + (folder.path() / "none").string()) != 0);
  CHECK_FALSE(std::filesystem::exists(folder.path() / "none"));
}

TEST_CASE("keygen makes either a signing pair or a data key") {
  const testing::TemporaryFolder folder;
  CHECK(Run("keygen") != 0);
  CHECK(Run("keygen --out " + folder.path().string() + " --data " +
            (folder.path() / "data.key").string()) != 0);
  CHECK(std::filesystem::is_empty(folder.path()));
  CHECK(Run("keygen --out " + folder.path().string()) == 0);
  CHECK(crypto::PublicKey::FromFile(folder.path() / "model-signing.pub").ok());
}

}  // namespace
}  // namespace clientele::models

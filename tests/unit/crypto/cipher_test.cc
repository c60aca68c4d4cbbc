#include "common/crypto/cipher.h"

#include <string>

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>

#include "tests/support/temporary_folder.h"

namespace clientele::crypto {
namespace {

using clientele::testing::TemporaryFolder;

// 32 bytes of 'A' and 32 bytes of 'B'.
constexpr char kKeyA[] = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=";
constexpr char kKeyB[] = "QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI=";

Cipher Ring(const std::string& text) {
  absl::StatusOr<Cipher> cipher = Cipher::FromKeyRing(text);
  REQUIRE(cipher.ok());
  return *std::move(cipher);
}

TEST_CASE("a value comes back in its own place and in no other") {
  const Cipher cipher = Cipher::WithRandomKey();
  const std::string stored = cipher.Encrypt("li@example.com", "profile.customers.email:42");
  CHECK(*cipher.Decrypt(stored, "profile.customers.email:42") == "li@example.com");
  CHECK(cipher.Decrypt(stored, "profile.customers.email:43").status().code() ==
        absl::StatusCode::kDataLoss);
  CHECK(cipher.Decrypt(stored, "").status().code() == absl::StatusCode::kDataLoss);
}

TEST_CASE("empty and binary values are kept") {
  const Cipher cipher = Cipher::WithRandomKey();
  const std::string binary("\0\xff\n\0", 4);
  CHECK(*cipher.Decrypt(cipher.Encrypt("", "x"), "x") == "");
  CHECK(*cipher.Decrypt(cipher.Encrypt(binary, "x"), "x") == binary);
}

TEST_CASE("two encryptions of one value differ and neither shows it") {
  const Cipher cipher = Cipher::WithRandomKey();
  const std::string first = cipher.Encrypt("secret value", "x");
  CHECK(first != cipher.Encrypt("secret value", "x"));
  CHECK(first.find("secret") == std::string::npos);
}

TEST_CASE("every changed byte and every cut is noticed") {
  const Cipher cipher = Ring(std::string("k1:") + kKeyA);
  const std::string stored = cipher.Encrypt("value", "x");
  for (std::size_t i = 0; i < stored.size(); ++i) {
    std::string changed = stored;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    CHECK(cipher.Decrypt(changed, "x").status().code() == absl::StatusCode::kDataLoss);
    CHECK(cipher.Decrypt(stored.substr(0, i), "x").status().code() == absl::StatusCode::kDataLoss);
  }
  CHECK(cipher.Decrypt(stored + "x", "x").status().code() == absl::StatusCode::kDataLoss);
}

TEST_CASE("associated data can't be shifted into the key id") {
  const Cipher cipher = Ring(std::string("k:") + kKeyA + "\nkx:" + kKeyA);
  const std::string stored = cipher.Encrypt("value", "xplace");
  const std::string shifted = std::string("\x01\x02kx") + stored.substr(3);
  CHECK(Cipher::KeyIdOf(shifted) == "kx");
  CHECK_FALSE(cipher.Decrypt(shifted, "place").ok());
}

TEST_CASE("after rotation old values decrypt, new ones use the new key, blind indexes stay") {
  const Cipher before = Ring(std::string("k1:") + kKeyA);
  const Cipher after = Ring(std::string("k2:") + kKeyB + "\n# older\n\nk1:" + kKeyA + "\n");
  const std::string old_value = before.Encrypt("value", "x");
  CHECK(*after.Decrypt(old_value, "x") == "value");
  CHECK(Cipher::KeyIdOf(old_value) == "k1");
  CHECK(Cipher::KeyIdOf(after.Encrypt("value", "x")) == "k2");
  CHECK(after.current_key_id() == "k2");
  CHECK(after.Encrypt("x", "").starts_with(after.current_prefix()));
  CHECK_FALSE(before.Encrypt("x", "").starts_with(after.current_prefix()));
  CHECK(before.Decrypt(after.Encrypt("value", "x"), "x").status().code() ==
        absl::StatusCode::kDataLoss);
  CHECK(before.BlindIndex("a@b.example", "email") == after.BlindIndex("a@b.example", "email"));
}

TEST_CASE("blind indexes depend on value, scope and key alone") {
  const Cipher cipher = Ring(std::string("k1:") + kKeyA);
  CHECK(cipher.BlindIndex("v").size() == kBlindIndexBytes);
  CHECK(cipher.BlindIndex("v") == Ring(std::string("other-id:") + kKeyA).BlindIndex("v"));
  CHECK(cipher.BlindIndex("v") != cipher.BlindIndex("w"));
  CHECK(cipher.BlindIndex("bc", "a") != cipher.BlindIndex("c", "ab"));
  CHECK(cipher.BlindIndex("v") != Ring(std::string("k1:") + kKeyB).BlindIndex("v"));
}

TEST_CASE("malformed key rings name the purpose and the line, never the key") {
  const std::string cases[] = {"",
                               "no colon",
                               "k1:short",
                               std::string(":") + kKeyA,
                               std::string("k 1:") + kKeyA,
                               std::string("k1:") + kKeyA + "AAAA",
                               std::string("k1:") + kKeyA + "\nk1:" + kKeyB};
  for (const std::string& text : cases) {
    const absl::Status status = Cipher::FromKeyRing(text, "--data_key_file").status();
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    CHECK(status.message().find("--data_key_file") != absl::string_view::npos);
    CHECK(status.message().find("QUFB") == absl::string_view::npos);
  }
}

TEST_CASE("a generated key file is private, is not overwritten, and rotates") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "data.key";
  CHECK(Cipher::FromKeyFile(path).status().code() == absl::StatusCode::kNotFound);
  REQUIRE(GenerateKeyFile(path).ok());
  struct stat info = {};
  REQUIRE(stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  CHECK(GenerateKeyFile(path).code() == absl::StatusCode::kAlreadyExists);

  const Cipher before = *Cipher::FromKeyFile(path);
  const std::string stored = before.Encrypt("value", "x");
  REQUIRE(RotateKeyFile(path).ok());
  const Cipher after = *Cipher::FromKeyFile(path);
  CHECK(after.current_key_id() != before.current_key_id());
  CHECK(*after.Decrypt(stored, "x") == "value");
  CHECK(after.BlindIndex("v") == before.BlindIndex("v"));
  REQUIRE(stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
}

}  // namespace
}  // namespace clientele::crypto

#include "common/crypto/signing.h"

#include <string>

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>

#include "absl/strings/escaping.h"

#include "common/crypto/digest.h"
#include "tests/support/temporary_folder.h"

namespace clientele::crypto {
namespace {

using clientele::testing::TemporaryFolder;

TEST_CASE("SHA-256 gives the digests of FIPS 180-4's examples") {
  CHECK(Sha256Hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(Sha256Hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(Sha256("abc").size() == kSha256Bytes);
}

TEST_CASE("a file has the digest of its content, whatever its length") {
  const TemporaryFolder folder;
  for (const std::size_t size : {0, 1, 65535, 65536, 65537, 200000}) {
    const std::string content(size, 'x');
    CHECK(*Sha256HexOfFile(folder.Write("file", content)) == Sha256Hex(content));
  }
  CHECK(Sha256HexOfFile(folder.path() / "missing").status().code() == absl::StatusCode::kNotFound);
  CHECK(Sha256HexOfFile(folder.path()).status().code() == absl::StatusCode::kNotFound);
}

TEST_CASE("signatures are those of RFC 8032, test 1") {
  const SigningKey key = *SigningKey::FromSeed(
      absl::HexStringToBytes("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));
  CHECK(HexEncode(key.public_key().bytes()) ==
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  CHECK(HexEncode(key.Sign("")) ==
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701c"
        "f9b46bd25bf5f0595bbe24655141438e7a100b");
}

TEST_CASE("a signature holds for its message and key alone") {
  const SigningKey key = SigningKey::Generate();
  const std::string signature = key.Sign("manifest");
  CHECK(key.public_key().Verify("manifest", signature));
  CHECK_FALSE(key.public_key().Verify("manifesT", signature));
  CHECK_FALSE(key.public_key().Verify("manifest", signature.substr(1)));
  CHECK_FALSE(key.public_key().Verify("manifest", ""));
  CHECK_FALSE(SigningKey::Generate().public_key().Verify("manifest", signature));
  std::string changed = signature;
  changed[10] = static_cast<char>(changed[10] ^ 4);
  CHECK_FALSE(key.public_key().Verify("manifest", changed));
}

TEST_CASE("generated key files work together and are never overwritten") {
  const TemporaryFolder folder;
  const auto secret = folder.path() / "signing.key";
  const auto open = folder.path() / "signing.pub";
  REQUIRE(GenerateSigningKeyFiles(secret, open).ok());
  struct stat info = {};
  REQUIRE(stat(secret.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);

  const SigningKey key = *SigningKey::FromFile(secret);
  const PublicKey public_key = *PublicKey::FromFile(open);
  CHECK(public_key.Verify("message", key.Sign("message")));
  CHECK(public_key.id() == key.public_key().id());
  CHECK(GenerateSigningKeyFiles(secret, folder.path() / "b").code() ==
        absl::StatusCode::kAlreadyExists);
  CHECK(GenerateSigningKeyFiles(folder.path() / "a", open).code() ==
        absl::StatusCode::kAlreadyExists);
  CHECK_FALSE(std::filesystem::exists(folder.path() / "a"));
}

TEST_CASE("a missing, foreign or cut key file is an error that names its purpose") {
  const TemporaryFolder folder;
  const auto missing = SigningKey::FromFile(folder.path() / "none", "--signing_key_file").status();
  CHECK(missing.code() == absl::StatusCode::kNotFound);
  CHECK(missing.message().find("--signing_key_file") != absl::string_view::npos);
  CHECK(missing.message().find(folder.path().string()) == absl::string_view::npos);

  REQUIRE(GenerateSigningKeyFiles(folder.path() / "key", folder.path() / "pub").ok());
  CHECK(SigningKey::FromFile(folder.path() / "pub").status().code() ==
        absl::StatusCode::kInvalidArgument);
  CHECK(PublicKey::FromFile(folder.path() / "key").status().code() ==
        absl::StatusCode::kInvalidArgument);
  CHECK(SigningKey::FromFile(folder.Write("cut", "ed25519-private:AAAA")).status().code() ==
        absl::StatusCode::kInvalidArgument);
  CHECK(PublicKey::FromBytes("short").status().code() == absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace clientele::crypto

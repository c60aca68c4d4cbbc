#include "common/crypto/signing.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "common/crypto/digest.h"
#include "common/crypto/key_text.h"
#include "common/crypto/sodium.h"
#include "common/status/status_macros.h"

namespace clientele::crypto {
namespace {

constexpr absl::string_view kPrivatePrefix = "ed25519-private:";
constexpr absl::string_view kPublicPrefix = "ed25519-public:";
constexpr std::size_t kSeedBytes = crypto_sign_SEEDBYTES;
static_assert(kSignatureBytes == crypto_sign_BYTES);
static_assert(kPublicKeyBytes == crypto_sign_PUBLICKEYBYTES);

absl::Status DecodeKeyText(absl::string_view text, absl::string_view prefix,
                           absl::string_view purpose, unsigned char* out, std::size_t size) {
  text = absl::StripAsciiWhitespace(text);
  if (!absl::ConsumePrefix(&text, prefix) || !Base64Decode(text, out, size)) {
    return absl::InvalidArgumentError(absl::StrCat(purpose, " is not a key: it must be one line, '",
                                                   prefix, "' and 32 bytes in base64"));
  }
  return absl::OkStatus();
}

}  // namespace

struct SigningKey::Secret {
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> key = {};  // seed, then public key
  std::array<unsigned char, kPublicKeyBytes> public_key = {};

  explicit Secret(const unsigned char* seed) {
    crypto_sign_seed_keypair(public_key.data(), key.data(), seed);
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { sodium_memzero(key.data(), key.size()); }
};

absl::StatusOr<PublicKey> PublicKey::FromFile(const std::filesystem::path& path,
                                              absl::string_view purpose) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::string text, ReadKeyText(path, purpose));
  PublicKey key;
  CLIENTELE_RETURN_IF_ERROR(
      DecodeKeyText(text, kPublicPrefix, purpose, key.bytes_.data(), key.bytes_.size()));
  return key;
}

absl::StatusOr<PublicKey> PublicKey::FromBytes(absl::string_view bytes) {
  if (bytes.size() != kPublicKeyBytes) {
    return absl::InvalidArgumentError("an Ed25519 public key has 32 bytes");
  }
  PublicKey key;
  std::copy(bytes.begin(), bytes.end(), key.bytes_.begin());
  return key;
}

bool PublicKey::Verify(absl::string_view message, absl::string_view signature) const {
  EnsureSodium();
  return signature.size() == kSignatureBytes &&
         crypto_sign_verify_detached(Bytes(signature), Bytes(message), message.size(),
                                     bytes_.data()) == 0;
}

std::string PublicKey::bytes() const { return std::string(bytes_.begin(), bytes_.end()); }

std::string PublicKey::id() const { return Sha256Hex(bytes()).substr(0, 16); }

SigningKey::SigningKey(std::shared_ptr<const Secret> secret) : secret_(std::move(secret)) {}

SigningKey SigningKey::Generate() {
  EnsureSodium();
  std::array<unsigned char, kSeedBytes> seed;
  randombytes_buf(seed.data(), seed.size());
  SigningKey key(std::make_shared<const Secret>(seed.data()));
  sodium_memzero(seed.data(), seed.size());
  return key;
}

absl::StatusOr<SigningKey> SigningKey::FromSeed(absl::string_view seed) {
  EnsureSodium();
  if (seed.size() != kSeedBytes) {
    return absl::InvalidArgumentError("an Ed25519 seed has 32 bytes");
  }
  return SigningKey(std::make_shared<const Secret>(Bytes(seed)));
}

absl::StatusOr<SigningKey> SigningKey::FromFile(const std::filesystem::path& path,
                                                absl::string_view purpose) {
  EnsureSodium();
  CLIENTELE_ASSIGN_OR_RETURN(std::string text, ReadKeyText(path, purpose));
  std::array<unsigned char, kSeedBytes> seed;
  const absl::Status status =
      DecodeKeyText(text, kPrivatePrefix, purpose, seed.data(), seed.size());
  Wipe(text);
  if (!status.ok()) return status;
  SigningKey key(std::make_shared<const Secret>(seed.data()));
  sodium_memzero(seed.data(), seed.size());
  return key;
}

std::string SigningKey::Sign(absl::string_view message) const {
  std::string signature(kSignatureBytes, '\0');
  crypto_sign_detached(Bytes(signature), nullptr, Bytes(message), message.size(),
                       secret_->key.data());
  return signature;
}

PublicKey SigningKey::public_key() const {
  const auto& bytes = secret_->public_key;
  return *PublicKey::FromBytes({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

absl::Status GenerateSigningKeyFiles(const std::filesystem::path& private_path,
                                     const std::filesystem::path& public_path) {
  std::error_code error;
  if (std::filesystem::exists(public_path, error)) {
    return absl::AlreadyExistsError(
        "the public key file exists already; keys are never "
        "overwritten");
  }
  const SigningKey key = SigningKey::Generate();
  std::string seed(reinterpret_cast<const char*>(key.secret_->key.data()), kSeedBytes);
  std::string encoded = Base64Encode(seed);
  std::string line = absl::StrCat(kPrivatePrefix, encoded, "\n");
  absl::Status status = CreateKeyText(private_path, line, 0600);
  Wipe(seed);
  Wipe(encoded);
  Wipe(line);
  if (!status.ok()) return status;
  status = CreateKeyText(
      public_path, absl::StrCat(kPublicPrefix, Base64Encode(key.public_key().bytes()), "\n"), 0644);
  if (!status.ok()) std::filesystem::remove(private_path, error);
  return status;
}

}  // namespace clientele::crypto

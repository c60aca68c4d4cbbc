#ifndef CLIENTELE_COMMON_CRYPTO_SIGNING_H_
#define CLIENTELE_COMMON_CRYPTO_SIGNING_H_

// Ed25519 signatures (RFC 8032, by libsodium): model bundles and erasure receipts.
//
//   CLIENTELE_ASSIGN_OR_RETURN(SigningKey key, SigningKey::FromFile(path, "--signing_key_file"));
//   const std::string signature = key.Sign(manifest);               // 64 raw bytes
//   if (!key.public_key().Verify(manifest, signature)) ...
//
// Key files are one line: `ed25519-private:base64-of-32-byte-seed` (mode 0600) and
// `ed25519-public:base64-of-32-bytes`.
//
// Both classes are values. Copies of a SigningKey share the secret; the last copy
// wipes it from memory. Thread-safe.

#include <array>
#include <filesystem>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::crypto {

inline constexpr int kSignatureBytes = 64;
inline constexpr int kPublicKeyBytes = 32;

class PublicKey {
 public:
  // `purpose` is how errors call the file. NOT_FOUND when it can't be read,
  // INVALID_ARGUMENT when it is not a public key.
  static absl::StatusOr<PublicKey> FromFile(
      const std::filesystem::path& path,
      absl::string_view purpose = "the public key file (--model_public_key_file)");
  // 32 raw bytes; INVALID_ARGUMENT for another length.
  static absl::StatusOr<PublicKey> FromBytes(absl::string_view bytes);

  // False for a signature of another key, another message or another length.
  bool Verify(absl::string_view message, absl::string_view signature) const;

  // 32 raw bytes.
  std::string bytes() const;
  // First 16 hexadecimal digits of the key's SHA-256: names the key in receipts and
  // logs.
  std::string id() const;

 private:
  PublicKey() = default;
  std::array<unsigned char, kPublicKeyBytes> bytes_ = {};
};

class SigningKey {
 public:
  static SigningKey Generate();
  // See PublicKey::FromFile.
  static absl::StatusOr<SigningKey> FromFile(
      const std::filesystem::path& path,
      absl::string_view purpose = "the signing key file (--signing_key_file)");
  // 32 raw bytes of an RFC 8032 seed: for tests with known vectors.
  static absl::StatusOr<SigningKey> FromSeed(absl::string_view seed);

  // 64 raw bytes; equal for equal messages.
  std::string Sign(absl::string_view message) const;
  PublicKey public_key() const;

 private:
  struct Secret;
  friend absl::Status GenerateSigningKeyFiles(const std::filesystem::path& private_path,
                                              const std::filesystem::path& public_path);
  explicit SigningKey(std::shared_ptr<const Secret> secret);
  std::shared_ptr<const Secret> secret_;
};

// Writes a new pair: the private file with mode 0600, the public one with 0644.
// ALREADY_EXISTS when either is there: a key is never overwritten.
absl::Status GenerateSigningKeyFiles(const std::filesystem::path& private_path,
                                     const std::filesystem::path& public_path);

}  // namespace clientele::crypto

#endif  // CLIENTELE_COMMON_CRYPTO_SIGNING_H_

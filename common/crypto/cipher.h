#ifndef CLIENTELE_COMMON_CRYPTO_CIPHER_H_
#define CLIENTELE_COMMON_CRYPTO_CIPHER_H_

// Encryption at rest of single values, and equality look-ups over encrypted columns.
//
//   CLIENTELE_ASSIGN_OR_RETURN(crypto::Cipher cipher, crypto::Cipher::FromKeyFile(path));
//   const std::string stored = cipher.Encrypt(email, "profile.customers.email:42");
//   CLIENTELE_ASSIGN_OR_RETURN(std::string email,
//                              cipher.Decrypt(stored, "profile.customers.email:42"));
//   const std::string index = cipher.BlindIndex(Normalized(email), "profile.identities.email");
//
// The second argument of Encrypt (associated data) names the value's place: table,
// column and row. It is not stored; a value copied to another place does not decrypt.
//
// Cipher: XChaCha20-Poly1305 (libsodium's IETF construction) with a random 24-byte
// nonce for each value. A ciphertext is
//   version 0x01 | length of key id (1 byte) | key id | nonce (24) | data | tag (16)
// and the part before the nonce is authenticated together with the associated data.
//
// Key ring file: one key a line, `id:base64-of-32-bytes`; ids are 1 to 32 of
// [A-Za-z0-9_-]; empty lines and lines starting with '#' are ignored. The first key
// encrypts; all of them decrypt. To rotate, put a new key in front (RotateKeyFile).
// Blind indexes are made with a key derived from the LAST (oldest) line, so that they
// stay equal under rotation: that line must stay in the ring for as long as indexes
// made with it are stored.
//
// Copies share the keys; the last copy wipes them from memory. Thread-safe.

#include <filesystem>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::crypto {

inline constexpr int kBlindIndexBytes = 32;

class Cipher {
 public:
  // `purpose` is how errors call the file, for the person who starts the service.
  // NOT_FOUND when the file can't be read; INVALID_ARGUMENT (with the line number) when
  // it is malformed. No error shows key material or the path.
  static absl::StatusOr<Cipher> FromKeyFile(
      const std::filesystem::path& path,
      absl::string_view purpose = "the data key file (--data_key_file)");

  // The same from the text of a key ring.
  static absl::StatusOr<Cipher> FromKeyRing(absl::string_view text,
                                            absl::string_view purpose = "the data key ring");

  // A ring with one random key that is kept nowhere: for tests.
  static Cipher WithRandomKey();

  // Two encryptions of one value differ.
  std::string Encrypt(absl::string_view plaintext, absl::string_view associated_data) const;

  // DATA_LOSS when the ciphertext is cut, was changed, is of another place, or was
  // made with a key that the ring does not have; the message doesn't say which byte.
  absl::StatusOr<std::string> Decrypt(absl::string_view ciphertext,
                                      absl::string_view associated_data) const;

  // 32 bytes: keyed BLAKE2b of the value. Equal values of one `scope` (such as
  // "profile.identities.email") give equal bytes, in every process and after key
  // rotation; without the key they reveal nothing about the value. Normalize the value
  // before the call.
  std::string BlindIndex(absl::string_view value, absl::string_view scope = {}) const;

  // Id of the key that encrypts; not secret.
  const std::string& current_key_id() const;
  // Id of the key that encrypted `ciphertext`, empty when malformed. Differs from
  // current_key_id() for values that a rotation should encrypt again.
  static std::string KeyIdOf(absl::string_view ciphertext);

 private:
  struct Ring;
  explicit Cipher(std::shared_ptr<const Ring> ring);
  std::shared_ptr<const Ring> ring_;
};

// Writes a key ring with one random key, mode 0600. ALREADY_EXISTS when the file is
// there: a key is never overwritten.
absl::Status GenerateKeyFile(const std::filesystem::path& path);

// Puts a new random key in front of a ring file, keeping the others; readers see the
// old or the new file, never a mixture. Running services use it after a restart, and
// need it only to read what was written by services that started after it.
absl::Status RotateKeyFile(const std::filesystem::path& path);

}  // namespace clientele::crypto

#endif  // CLIENTELE_COMMON_CRYPTO_CIPHER_H_

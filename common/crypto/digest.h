#ifndef CLIENTELE_COMMON_CRYPTO_DIGEST_H_
#define CLIENTELE_COMMON_CRYPTO_DIGEST_H_

// SHA-256 of memory and files (FIPS 180-4), by OpenSSL: it uses the processor's instructions for
// it, which libsodium does not, and models are large.
//
//   const std::string digest = crypto::Sha256(body);        // 32 raw bytes
//   if (crypto::Sha256Hex(model) != file.sha256()) ...      // 64 lower-case digits
//
// Thread-safe.

#include <filesystem>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::crypto {

inline constexpr int kSha256Bytes = 32;

// 32 raw bytes.
std::string Sha256(absl::string_view data);

// 64 lower-case hexadecimal digits.
std::string Sha256Hex(absl::string_view data);

// Reads the file in pieces of 64 KiB. NOT_FOUND when it can't be opened, DATA_LOSS
// when reading fails midway.
absl::StatusOr<std::string> Sha256HexOfFile(const std::filesystem::path& path);

// Lower-case hexadecimal digits of `bytes`.
std::string HexEncode(absl::string_view bytes);

}  // namespace clientele::crypto

#endif  // CLIENTELE_COMMON_CRYPTO_DIGEST_H_

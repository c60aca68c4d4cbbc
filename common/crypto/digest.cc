#include "common/crypto/digest.h"

#include <cstddef>
#include <fstream>
#include <vector>

#include "absl/status/status.h"

#include "common/crypto/sodium.h"

namespace clientele::crypto {

static_assert(kSha256Bytes == crypto_hash_sha256_BYTES);

std::string HexEncode(absl::string_view bytes) {
  std::string hex(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), Bytes(bytes), bytes.size());
  hex.pop_back();  // its terminating zero
  return hex;
}

std::string Sha256(absl::string_view data) {
  EnsureSodium();
  std::string digest(kSha256Bytes, '\0');
  crypto_hash_sha256(Bytes(digest), Bytes(data), data.size());
  return digest;
}

std::string Sha256Hex(absl::string_view data) { return HexEncode(Sha256(data)); }

absl::StatusOr<std::string> Sha256HexOfFile(const std::filesystem::path& path) {
  EnsureSodium();
  std::ifstream file(path, std::ios::binary);
  std::error_code error;
  if (!file || !std::filesystem::is_regular_file(path, error)) {
    return absl::NotFoundError("the file to hash can't be opened");
  }
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  std::vector<char> piece(64 << 10);
  while (file) {
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    crypto_hash_sha256_update(&state, reinterpret_cast<unsigned char*>(piece.data()),
                              static_cast<unsigned long long>(file.gcount()));
  }
  if (file.bad() || !file.eof()) {
    return absl::DataLossError("reading the file to hash failed midway");
  }
  std::string digest(kSha256Bytes, '\0');
  crypto_hash_sha256_final(&state, Bytes(digest));
  return HexEncode(digest);
}

}  // namespace clientele::crypto

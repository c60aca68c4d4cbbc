#ifndef CLIENTELE_COMMON_CRYPTO_SODIUM_H_
#define CLIENTELE_COMMON_CRYPTO_SODIUM_H_

// libsodium with its one initialization, and small pieces that cipher and signatures share.
// For the files of common/crypto alone.

#include <cstddef>
#include <string>
#include <vector>

#include <sodium.h>

#include "absl/strings/string_view.h"

namespace clientele::crypto {

// sodium_init(), once; ends the process when the system gives no random numbers. Thread-safe.
void EnsureSodium();

inline const unsigned char* Bytes(absl::string_view view) {
  return reinterpret_cast<const unsigned char*>(view.data());
}
inline unsigned char* Bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

std::string Base64Encode(absl::string_view bytes);
// False when `text` is not padded base64 of exactly `size` bytes.
bool Base64Decode(absl::string_view text, unsigned char* out, std::size_t size);

}  // namespace clientele::crypto

#endif  // CLIENTELE_COMMON_CRYPTO_SODIUM_H_

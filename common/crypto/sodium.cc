#include "common/crypto/sodium.h"

#include <cstdio>
#include <cstdlib>

namespace clientele::crypto {

void EnsureSodium() {
  static const bool ready = [] {
    if (sodium_init() < 0) {
      std::fputs("libsodium can't start: the system gives no random numbers\n", stderr);
      std::abort();
    }
    return true;
  }();
  (void)ready;
}

std::string Base64Encode(absl::string_view bytes) {
  std::string out(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(out.data(), out.size(), Bytes(bytes), bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  out.pop_back();  // its terminating zero
  return out;
}

bool Base64Decode(absl::string_view text, unsigned char* out, std::size_t size) {
  std::size_t written = 0;
  const char* end = nullptr;
  return sodium_base642bin(out, size, text.data(), text.size(), nullptr, &written, &end,
                           sodium_base64_VARIANT_ORIGINAL) == 0 &&
         written == size && end == text.data() + text.size();
}

}  // namespace clientele::crypto

#include "common/crypto/digest.h"

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <vector>

#include <openssl/evp.h>

#include "absl/status/status.h"

#include "common/crypto/sodium.h"

namespace clientele::crypto {

namespace {

class Sha256State {
 public:
  Sha256State() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    ok_ = context_ != nullptr && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1;
  }
  void Update(absl::string_view bytes) {
    ok_ = ok_ && EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1;
  }
  std::string Finish() {
    std::string digest(kSha256Bytes, '\0');
    // Only for want of memory, or of SHA-256 in the library's configuration.
    if (!ok_ || EVP_DigestFinal_ex(context_.get(), Bytes(digest), nullptr) != 1) std::abort();
    return digest;
  }

 private:
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
  bool ok_ = false;
};

}  // namespace

std::string HexEncode(absl::string_view bytes) {
  std::string hex(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), Bytes(bytes), bytes.size());
  hex.pop_back();  // its terminating zero
  return hex;
}

std::string Sha256(absl::string_view data) {
  Sha256State state;
  state.Update(data);
  return state.Finish();
}

std::string Sha256Hex(absl::string_view data) { return HexEncode(Sha256(data)); }

absl::StatusOr<std::string> Sha256HexOfFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::error_code error;
  if (!file || !std::filesystem::is_regular_file(path, error)) {
    return absl::NotFoundError("the file to hash can't be opened");
  }
  Sha256State state;
  std::vector<char> piece(64 << 10);
  while (file) {
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    state.Update({piece.data(), static_cast<std::size_t>(file.gcount())});
  }
  if (file.bad() || !file.eof()) {
    return absl::DataLossError("reading the file to hash failed midway");
  }
  return HexEncode(state.Finish());
}

}  // namespace clientele::crypto

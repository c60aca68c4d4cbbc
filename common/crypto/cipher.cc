#include "common/crypto/cipher.h"

#include <array>
#include <cstddef>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/crypto/digest.h"
#include "common/crypto/key_text.h"
#include "common/crypto/sodium.h"
#include "common/status/status_macros.h"

namespace clientele::crypto {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kKeyBytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kMaxIdLength = 32;
constexpr absl::string_view kBlindIndexContext = "clientele blind index v1";
static_assert(kKeyBytes == 32);

struct NamedKey {
  std::string id;
  std::array<unsigned char, kKeyBytes> key = {};
};

bool IsKeyId(absl::string_view id) {
  if (id.empty() || id.size() > kMaxIdLength) return false;
  for (const char c : id) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '_' && c != '-') return false;
  }
  return true;
}

std::string Header(absl::string_view key_id) {
  std::string header;
  header.push_back(kVersion);
  header.push_back(static_cast<char>(key_id.size()));
  header.append(key_id.data(), key_id.size());
  return header;
}

std::string RandomKeyLine() {
  EnsureSodium();
  std::string key(kKeyBytes, '\0');
  randombytes_buf(key.data(), key.size());
  std::array<char, 4> id;
  randombytes_buf(id.data(), id.size());
  std::string encoded = Base64Encode(key);
  std::string line = absl::StrCat(HexEncode({id.data(), id.size()}), ":", encoded, "\n");
  Wipe(key);
  Wipe(encoded);
  return line;
}

}  // namespace

struct Cipher::Ring {
  std::vector<NamedKey> keys;  // the first one encrypts
  std::array<unsigned char, kKeyBytes> blind_index_key = {};

  Ring() = default;
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;
  ~Ring() {
    for (NamedKey& key : keys) sodium_memzero(key.key.data(), key.key.size());
    sodium_memzero(blind_index_key.data(), blind_index_key.size());
  }
};

Cipher::Cipher(std::shared_ptr<const Ring> ring) : ring_(std::move(ring)) {}

absl::StatusOr<Cipher> Cipher::FromKeyFile(const std::filesystem::path& path,
                                           absl::string_view purpose) {
  CLIENTELE_ASSIGN_OR_RETURN(std::string text, ReadKeyText(path, purpose));
  absl::StatusOr<Cipher> cipher = FromKeyRing(text, purpose);
  Wipe(text);
  return cipher;
}

absl::StatusOr<Cipher> Cipher::FromKeyRing(absl::string_view text, absl::string_view purpose) {
  EnsureSodium();
  auto ring = std::make_shared<Ring>();
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line[0] == '#') continue;
    const auto wrong = [&](absl::string_view what) {
      return absl::InvalidArgumentError(
          absl::StrCat(purpose, ", line ", number, ": ", what,
                       "; a line is id:key with a key of 32 bytes in base64"));
    };
    const std::size_t colon = line.find(':');
    if (colon == absl::string_view::npos) return wrong("there is no ':'");
    const absl::string_view id = line.substr(0, colon);
    if (!IsKeyId(id)) return wrong("the id is not 1 to 32 letters, digits, '-' or '_'");
    for (const NamedKey& other : ring->keys) {
      if (other.id == id) return wrong("the id is used twice");
    }
    // Grown by hand: a reallocating vector would leave copies of keys behind.
    if (ring->keys.empty()) ring->keys.reserve(64);
    if (ring->keys.size() == 64) return wrong("there are more than 64 keys");
    NamedKey& key = ring->keys.emplace_back();
    key.id = std::string(id);
    if (!Base64Decode(line.substr(colon + 1), key.key.data(), key.key.size())) {
      return wrong("the key is not base64 of 32 bytes");
    }
  }
  if (ring->keys.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(purpose, " holds no key; a line is id:key with a key of 32 bytes in base64"));
  }
  crypto_generichash(ring->blind_index_key.data(), ring->blind_index_key.size(),
                     Bytes(kBlindIndexContext), kBlindIndexContext.size(),
                     ring->keys.back().key.data(), kKeyBytes);
  return Cipher(std::move(ring));
}

Cipher Cipher::WithRandomKey() {
  std::string line = RandomKeyLine();
  absl::StatusOr<Cipher> cipher = FromKeyRing(line);
  Wipe(line);
  return *std::move(cipher);
}

std::string Cipher::Encrypt(absl::string_view plaintext, absl::string_view associated_data) const {
  const NamedKey& key = ring_->keys.front();
  std::string out = Header(key.id);
  const std::string bound = absl::StrCat(out, associated_data);
  const std::size_t nonce_at = out.size();
  out.resize(nonce_at + kNonceBytes + plaintext.size() + kTagBytes);
  unsigned char* nonce = Bytes(out) + nonce_at;
  randombytes_buf(nonce, kNonceBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + kNonceBytes, nullptr, Bytes(plaintext),
                                             plaintext.size(), Bytes(absl::string_view(bound)),
                                             bound.size(), nullptr, nonce, key.key.data());
  return out;
}

std::string Cipher::KeyIdOf(absl::string_view ciphertext) {
  if (ciphertext.size() < 2 || ciphertext[0] != kVersion) return "";
  const std::size_t length = static_cast<unsigned char>(ciphertext[1]);
  if (length > kMaxIdLength || ciphertext.size() < 2 + length + kNonceBytes + kTagBytes) return "";
  const absl::string_view id = ciphertext.substr(2, length);
  return IsKeyId(id) ? std::string(id) : "";
}

absl::StatusOr<std::string> Cipher::Decrypt(absl::string_view ciphertext,
                                            absl::string_view associated_data) const {
  const std::string id = KeyIdOf(ciphertext);
  if (id.empty()) return absl::DataLossError("an encrypted value is malformed or cut off");
  for (const NamedKey& key : ring_->keys) {
    if (key.id != id) continue;
    const std::string header = Header(id);
    const std::string bound = absl::StrCat(header, associated_data);
    const absl::string_view nonce = ciphertext.substr(header.size(), kNonceBytes);
    const absl::string_view body = ciphertext.substr(header.size() + kNonceBytes);
    std::string plaintext(body.size() - kTagBytes, '\0');
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            Bytes(plaintext), nullptr, nullptr, Bytes(body), body.size(),
            Bytes(absl::string_view(bound)), bound.size(), Bytes(nonce), key.key.data()) != 0) {
      return absl::DataLossError("an encrypted value was changed or belongs to another place");
    }
    return plaintext;
  }
  return absl::DataLossError(absl::StrCat("an encrypted value needs key '", id,
                                          "', which the data key ring does not hold"));
}

std::string Cipher::BlindIndex(absl::string_view value, absl::string_view scope) const {
  crypto_generichash_state state;
  crypto_generichash_init(&state, ring_->blind_index_key.data(), kKeyBytes, kBlindIndexBytes);
  // The scope's length keeps (ab, c) and (a, bc) apart.
  const std::string prefix = absl::StrCat(scope.size(), ":", scope);
  crypto_generichash_update(&state, Bytes(absl::string_view(prefix)), prefix.size());
  crypto_generichash_update(&state, Bytes(value), value.size());
  std::string index(kBlindIndexBytes, '\0');
  crypto_generichash_final(&state, Bytes(index), index.size());
  return index;
}

const std::string& Cipher::current_key_id() const { return ring_->keys.front().id; }

std::string Cipher::current_prefix() const { return Header(current_key_id()); }

absl::Status GenerateKeyFile(const std::filesystem::path& path) {
  std::string line = RandomKeyLine();
  absl::Status status = CreateKeyText(path, line, 0600);
  Wipe(line);
  return status;
}

absl::Status RotateKeyFile(const std::filesystem::path& path) {
  constexpr absl::string_view kPurpose = "the data key file";
  CLIENTELE_ASSIGN_OR_RETURN(std::string old, ReadKeyText(path, kPurpose));
  absl::Status status = Cipher::FromKeyRing(old, kPurpose).status();
  if (status.ok()) {
    std::string line = RandomKeyLine();
    std::string next = absl::StrCat(line, old);
    status = ReplaceKeyText(path, next, 0600);
    Wipe(line);
    Wipe(next);
  }
  Wipe(old);
  return status;
}

}  // namespace clientele::crypto

#ifndef CLIENTELE_COMMON_CRYPTO_KEY_TEXT_H_
#define CLIENTELE_COMMON_CRYPTO_KEY_TEXT_H_

// Reading and writing the small text files that hold keys. For the files of common/crypto alone.

#include <filesystem>
#include <string>

#include <sys/types.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::crypto {

// At most 64 KiB. NOT_FOUND or INVALID_ARGUMENT; messages call the file `purpose`.
absl::StatusOr<std::string> ReadKeyText(const std::filesystem::path& path,
                                        absl::string_view purpose);

// Makes a new file with exactly `mode`; ALREADY_EXISTS when there is one.
absl::Status CreateKeyText(const std::filesystem::path& path, absl::string_view text, mode_t mode);

// Replaces the file at once, with `mode`.
absl::Status ReplaceKeyText(const std::filesystem::path& path, absl::string_view text, mode_t mode);

// Overwrites `text` before it is freed.
void Wipe(std::string& text);

}  // namespace clientele::crypto

#endif  // CLIENTELE_COMMON_CRYPTO_KEY_TEXT_H_

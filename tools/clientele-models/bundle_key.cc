#include "tools/clientele-models/bundle_key.h"

#include <utility>

#include "common/status/status_macros.h"

namespace clientele::models {

absl::StatusOr<crypto::SigningKey> ReadBundleKey(const std::filesystem::path& file) {
  return crypto::SigningKey::FromFile(file, "the signing key file (--signing_key)");
}

absl::StatusOr<std::optional<crypto::SigningKey>> ReadOptionalBundleKey(
    const std::filesystem::path& file) {
  if (file.empty()) return std::optional<crypto::SigningKey>();
  CLIENTELE_ASSIGN_OR_RETURN(crypto::SigningKey key, ReadBundleKey(file));
  return std::optional<crypto::SigningKey>(std::move(key));
}

}  // namespace clientele::models

#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_BUNDLE_KEY_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_BUNDLE_KEY_H_

#include <filesystem>
#include <optional>

#include "absl/status/statusor.h"

#include "common/crypto/signing.h"

namespace clientele::models {

// The key of --signing_key, which signs a bundle.
absl::StatusOr<crypto::SigningKey> ReadBundleKey(const std::filesystem::path& file);

// The same where the flag may be left out. None for an empty path: the bundle serves once
// `clientele-models sign` has signed it.
absl::StatusOr<std::optional<crypto::SigningKey>> ReadOptionalBundleKey(
    const std::filesystem::path& file);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_BUNDLE_KEY_H_

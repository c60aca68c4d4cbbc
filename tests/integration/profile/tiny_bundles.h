#ifndef CLIENTELE_TESTS_INTEGRATION_PROFILE_TINY_BUNDLES_H_
#define CLIENTELE_TESTS_INTEGRATION_PROFILE_TINY_BUNDLES_H_

#include <filesystem>

#include "absl/status/status.h"

#include "common/crypto/signing.h"

namespace clientele::profile::testing {

inline constexpr int kTextDimension = 4;
inline constexpr int kProfileDimension = 8;

// starter-text-encoder/1: the mean of fixed rows by token, unit norm.
absl::Status WriteTextEncoder(const std::filesystem::path& model_dir,
                              const crypto::SigningKey& key);
// starter-profile-fuser/1: the behavior's first 4 numbers and the text's 4, each
// times its `present`, unit norm.
absl::Status WriteProfileFuser(const std::filesystem::path& model_dir,
                               const crypto::SigningKey& key);

// tiny-image-encoder/1: the mean of red, green and blue, and two zeros; tells "red" from "other".
absl::Status WriteImageEncoder(const std::filesystem::path& model_dir,
                               const crypto::SigningKey& key);
// tiny-detector/1: the left half of a picture whose red is above a half on the average is
// "something red".
absl::Status WriteObjectDetector(const std::filesystem::path& model_dir,
                                 const crypto::SigningKey& key);

}  // namespace clientele::profile::testing

#endif  // CLIENTELE_TESTS_INTEGRATION_PROFILE_TINY_BUNDLES_H_

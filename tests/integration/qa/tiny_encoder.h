#ifndef CLIENTELE_TESTS_INTEGRATION_QA_TINY_ENCODER_H_
#define CLIENTELE_TESTS_INTEGRATION_QA_TINY_ENCODER_H_

#include <filesystem>

#include "absl/status/status.h"

#include "common/crypto/signing.h"

namespace clientele::qa::testing {

// starter-text-encoder/<version>: the mean of a row for each hashed n-gram, unit
// norm; texts that share words are near. Versions differ in their rows. To a `blind` one all texts
// are alike, and its vectors alone decide what is found.
absl::Status WriteTextEncoder(const std::filesystem::path& model_dir, int version,
                              const crypto::SigningKey& key, bool blind = false);

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_INTEGRATION_QA_TINY_ENCODER_H_

#ifndef CLIENTELE_TESTS_INTEGRATION_QA_TINY_INTENTS_H_
#define CLIENTELE_TESTS_INTEGRATION_QA_TINY_INTENTS_H_

#include <filesystem>
#include <map>
#include <string>

#include "absl/status/status.h"

#include "common/crypto/signing.h"

namespace clientele::qa::testing {

// tiny-intents/1: a message has the label of the words in it, and is out of scope without one.
absl::Status WriteIntents(const std::filesystem::path& model_dir,
                          const std::map<std::string, std::string>& label_by_word,
                          const crypto::SigningKey& key);

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_INTEGRATION_QA_TINY_INTENTS_H_

#ifndef CLIENTELE_PROFILE_SERVICE_TRAINING_FUSER_FUSER_BUNDLE_H_
#define CLIENTELE_PROFILE_SERVICE_TRAINING_FUSER_FUSER_BUNDLE_H_

// A trained fuser as a bundle of task PROFILE_FUSER: its vector, and the scores `churn` and
// `value`.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const fs::path folder,
//                              WriteFuserBundle(network, heads, {.out = "models", ...}));
//
// The manifest's settings name the features (behavior_feature_names), what they are of a typical
// customer (behavior_typical), the scores, and how many days ahead they look (score_days).

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <torch/csrc/jit/api/module.h>

#include "absl/status/statusor.h"

#include "common/crypto/signing.h"
#include "services/profile-service/core/features/behavior_vector.h"
#include "services/profile-service/training/fuser/fuser_heads.h"

namespace clientele::profile {

struct FuserBundleOptions {
  std::filesystem::path out = {};  // <out>/<name>/<version> is made
  std::string name = {};
  std::string version = {};
  std::string license = {};
  std::string description = {};
  int days = 90;  // that the scores look ahead
  BehaviorVector typical = {};
  std::map<std::string, double> metrics = {};
  std::map<std::string, std::string> settings = {};
  const crypto::SigningKey* key = nullptr;  // null: unsigned
};

// The network's module with the heads. bundle_writer.h's errors.
absl::StatusOr<std::filesystem::path> WriteFuserBundle(const torch::jit::Module& network,
                                                       const FuserHeads& heads,
                                                       const FuserBundleOptions& options);

}  // namespace clientele::profile

#endif  // CLIENTELE_PROFILE_SERVICE_TRAINING_FUSER_FUSER_BUNDLE_H_

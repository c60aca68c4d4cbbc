#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_TRAINING_TRAINING_RUN_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_TRAINING_TRAINING_RUN_H_

// What the commands that train a model of an encoder have in common: where the bundle goes, and
// lines about how far they are.
//
//   TrainingRun run(options.bundle, log);
//   CLIENTELE_RETURN_IF_ERROR(run.Begin());
//   Train({.version = run.version(), .key = run.key(), .progress = run.progress()});

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "common/crypto/signing.h"

namespace clientele::models {

struct TrainedBundleOptions {
  std::filesystem::path out = {};  // <out>/<name>/<version> is made
  std::string name = {};
  std::string version = {};                // empty: one more than the newest under <out>/<name>
  std::string license = {};                // empty: what the training begins with
  std::filesystem::path key_file = {};     // empty: unsigned
  std::filesystem::path checkpoints = {};  // empty: none
  std::uint64_t seed = 1;
};

class TrainingRun {
 public:
  // Borrows both.
  TrainingRun(const TrainedBundleOptions& options, std::ostream& log)
      : options_(options), log_(log) {}

  // Reads the key and chooses the version; errors of the key's file.
  absl::Status Begin();

  const std::string& version() const { return version_; }
  const crypto::SigningKey* key() const { return key_.has_value() ? &*key_ : nullptr; }
  // Writes lines with the time that has passed.
  std::function<void(absl::string_view)> progress();

 private:
  const TrainedBundleOptions& options_;
  std::ostream& log_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::optional<crypto::SigningKey> key_;
  std::string version_;
};

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_TRAINING_TRAINING_RUN_H_

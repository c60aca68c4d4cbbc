#ifndef CLIENTELE_COMMON_INFERENCE_MODEL_HANDLE_H_
#define CLIENTELE_COMMON_INFERENCE_MODEL_HANDLE_H_

// The model that serves now, replaced by newer versions while it is used.
//
//   CLIENTELE_ASSIGN_OR_RETURN(
//       auto handle, ModelHandle::Create({.model_dir = flags.model_dir,
//                                         .name = "starter-text-encoder",
//                                         .task = model::v1::TASK_TEXT_ENCODER,
//                                         .public_key = key}));
//   const std::shared_ptr<const LoadedModel> model = handle->Current();
//   if (model == nullptr) return ModelUnavailable("starter-text-encoder");
//   model->runner().Run("forward", {...});
//
// The life of a version: found -> signature and hashes -> loaded beside the old
// one -> warmed -> golden examples replayed -> swapped in atomically -> the old one
// freed when its last user lets go. A version that fails any step is REJECTED,
// with its reason, and never serves; it is not tried again until its files
// change. The newest good version serves. Removing the folder of the version that
// serves goes back to the newest one that is left; an empty folder changes
// nothing.
//
// Thread-safe. No torch here: include model_runner.h to run the model.

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "clientele/model/v1/bundle.pb.h"

#include "common/crypto/signing.h"
#include "common/inference/kernels/precision.h"
#include "common/inference/model_bundle.h"

namespace clientele::inference {

class BundleTokenizer;
class ModelRunner;

// One version in memory: immutable, shared by its users.
class LoadedModel {
 public:
  LoadedModel(ModelBundle bundle, std::unique_ptr<const ModelRunner> runner);
  LoadedModel(ModelBundle bundle, std::unique_ptr<const ModelRunner> runner,
              std::unique_ptr<const BundleTokenizer> tokenizer);
  ~LoadedModel();
  LoadedModel(const LoadedModel&) = delete;
  LoadedModel& operator=(const LoadedModel&) = delete;

  const model::v1::Bundle& manifest() const { return bundle_.manifest(); }
  const ModelRunner& runner() const { return *runner_; }
  // Null when the bundle has none, as models that take no text.
  const BundleTokenizer* tokenizer() const { return tokenizer_.get(); }
  // "name/version".
  const std::string& id() const { return bundle_.id(); }
  // A file listed in the manifest, such as "items.json"; see ModelBundle.
  absl::StatusOr<std::string> ReadFile(absl::string_view path) const {
    return bundle_.ReadFile(path);
  }

 private:
  ModelBundle bundle_;
  std::unique_ptr<const ModelRunner> runner_;
  std::unique_ptr<const BundleTokenizer> tokenizer_;
};

enum class VersionState {
  kFound,     // seen, not tried: a newer version serves
  kServing,   // what Current() gives
  kRejected,  // failed a check; `reason` says which
};

struct VersionReport {
  std::string version;
  VersionState state = VersionState::kFound;
  // Why it was rejected, for operators; no path.
  std::string reason;
};

struct ModelHandleOptions {
  // Holds <name>/<version>/ folders.
  std::filesystem::path model_dir = {};
  std::string name = {};
  // A bundle of another task is rejected.
  model::v1::Task task = model::v1::TASK_UNSPECIFIED;
  // Whose signature counts. Required.
  std::optional<crypto::PublicKey> public_key = {};
  // "cpu", "cuda" or "cuda:N".
  std::string device = "cpu";
  // How linear layers compute; nullopt: as each bundle asks.
  std::optional<Precision> precision = std::nullopt;
  // How often the folder is looked at. 0: only when Refresh() is called.
  absl::Duration refresh_interval = absl::Seconds(1);
  BundleLimits limits = {};
  // Told of each version's change of state (for a log line or a metric), from
  // the thread that refreshes. May be empty; must not call the handle.
  std::function<void(const VersionReport&)> on_change = {};
};

class ModelHandle {
 public:
  // Makes the first turn itself, so a good version serves on return. A missing or
  // bad version is no error here: it is reported, and the background thread goes
  // on looking. INVALID_ARGUMENT for impossible options.
  static absl::StatusOr<std::unique_ptr<ModelHandle>> Create(ModelHandleOptions options);
  ~ModelHandle();
  ModelHandle(const ModelHandle&) = delete;
  ModelHandle& operator=(const ModelHandle&) = delete;

  // The version that serves, or null when none does. Hold it for the length of a
  // request: all of the request then sees one version. Never blocks on a load.
  std::shared_ptr<const LoadedModel> Current() const;

  // One turn: looks for the newest version and takes it in. OK when the newest
  // version serves. FAILED_PRECONDITION when a newer version is rejected while an
  // older one serves; UNAVAILABLE (reason MODEL_UNAVAILABLE) when none serves.
  // Turns exclude each other.
  absl::Status Refresh();

  // What is known of each version in the folder, newest first; at most 64.
  std::vector<VersionReport> Versions() const;

  const std::string& name() const { return options_.name; }
  model::v1::Task task() const { return options_.task; }

 private:
  struct Known {
    VersionState state = VersionState::kFound;
    std::string reason;
    std::string fingerprint;  // of the files when it was tried
  };

  explicit ModelHandle(ModelHandleOptions options);
  void RefreshLoop();
  absl::StatusOr<std::shared_ptr<const LoadedModel>> Load(const std::filesystem::path& dir) const;
  void Record(std::int64_t version, VersionState state, std::string reason,
              std::string fingerprint);

  const ModelHandleOptions options_;

  std::mutex refresh_mutex_;  // held for a whole turn

  mutable std::mutex mutex_;  // guards what follows, briefly
  std::shared_ptr<const LoadedModel> current_;
  std::int64_t current_version_ = 0;
  std::map<std::int64_t, Known, std::greater<>> known_;

  std::mutex stop_mutex_;
  std::condition_variable stop_changed_;
  bool stopping_ = false;
  std::thread refresher_;
};

// UNAVAILABLE, reason MODEL_UNAVAILABLE: what a service answers while Current()
// is null.
absl::Status ModelUnavailable(absl::string_view name);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_MODEL_HANDLE_H_

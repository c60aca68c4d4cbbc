#ifndef CLIENTELE_COMMON_INFERENCE_VERSIONS_MODEL_HANDLE_H_
#define CLIENTELE_COMMON_INFERENCE_VERSIONS_MODEL_HANDLE_H_

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
//   handle->Choose(customer)   // where a canary may answer instead
//
// The life of a version: found -> signature and hashes -> loaded beside the old
// one -> warmed -> golden examples replayed -> swapped in atomically -> the old one
// freed when its last user lets go. A version that fails any step is REJECTED,
// with its reason, and never serves; it is not tried again until its files
// change. The newest good version serves. Removing the folder of the version that
// serves goes back to the newest one that is left; an empty folder changes
// nothing.
//
// labels.json beside the version folders (version_labels.h) pins `stable` to a version,
// to roll back, and lets a `canary` take a share of the traffic. It is read at every
// turn; a file with a mistake is reported and changes nothing. A label whose version's
// folder is gone is void. A pinned version that is rejected leaves stable as it is; a
// rejected canary takes no traffic. At most two versions serve and one more is loaded.
//
// Whose vectors or factors are stored, or compared with stored ones, must use Current():
// those of two versions do not compare. Choose() is for models whose answer stands for
// itself: generators, readers, rankers.
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
#include "common/inference/bundle/model_bundle.h"
#include "common/inference/bundle/precision.h"
#include "common/inference/versions/traffic_split.h"
#include "common/inference/versions/version_labels.h"

namespace clientele::inference {

class BundleTokenizer;
class CoreBudget;
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
  kFound,     // seen, not wanted: another version serves
  kServing,   // what Current() or Choose() gives
  kRejected,  // failed a check; `reason` says which
};

struct VersionReport {
  std::string version;
  VersionState state = VersionState::kFound;
  // Why it was rejected, for operators; no path.
  std::string reason;
  // "stable" or "canary": what it serves as, or was tried for when it is rejected. Empty
  // while it is only found.
  std::string label = {};
};

struct LabelsReport {
  // What is followed: labels.json, or what it said before there was a problem.
  VersionLabels labels;
  // Why labels.json is not followed, for operators; empty while it is.
  std::string problem;

  bool operator==(const LabelsReport&) const = default;
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
  // Threads of one call, and the cores that it waits for; see TorchScriptOptions.
  int threads = 0;
  std::shared_ptr<CoreBudget> cores = nullptr;
  // How often the folder is looked at. 0: only when Refresh() is called.
  absl::Duration refresh_interval = absl::Seconds(1);
  BundleLimits limits = {};
  // Told of each version's change of state (for a log line or a metric), from
  // the thread that refreshes. May be empty; must not call the handle.
  std::function<void(const VersionReport&)> on_change = {};
  // The same, told of each change of the labels.
  std::function<void(const LabelsReport&)> on_labels = {};
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

  // The stable version, or null when none serves. Hold it for the length of a
  // request: all of the request then sees one version. Never blocks on a load.
  std::shared_ptr<const LoadedModel> Current() const;

  // The version for one request: the canary for its share of the keys, else Current().
  // A key, such as the customer's name, is always sent to the same version while the
  // labels stay, by every replica, and leaves the canary only when the share shrinks.
  // Not RequestContext::caller: behind the gateway that is one name for everybody.
  // Without a key the calls are spread evenly. Hold it as Current()'s.
  std::shared_ptr<const LoadedModel> Choose(absl::string_view key = {}) const;

  // OK while Current() gives a version, else ModelUnavailable(): for readiness.
  absl::Status CheckServing() const;

  // One turn: reads the labels, looks for the versions that they mean and takes them in.
  // OK when these serve. FAILED_PRECONDITION when labels.json has a mistake, or when a
  // version that should serve is rejected while another serves; UNAVAILABLE (reason
  // MODEL_UNAVAILABLE) when none serves. Iterations are serialized.
  absl::Status Refresh();

  // What is known of each version in the folder, newest first; at most 64, and those
  // that have a label.
  std::vector<VersionReport> Versions() const;
  LabelsReport Labels() const;

  const std::string& name() const { return options_.name; }
  model::v1::Task task() const { return options_.task; }

 private:
  struct Known {
    VersionState state = VersionState::kFound;
    std::string reason;
    std::string label;
    std::string fingerprint;  // of the files when it was tried
  };
  // A version in memory; version 0 and null for none.
  struct Slot {
    std::int64_t version = 0;
    std::shared_ptr<const LoadedModel> model;
  };
  // What became of a version that was looked at; no model: it is rejected.
  struct Attempt {
    std::shared_ptr<const LoadedModel> model;
    absl::Status status;
    std::string reason;
    std::string fingerprint;
  };

  explicit ModelHandle(ModelHandleOptions options);
  void RefreshLoop();
  absl::StatusOr<std::shared_ptr<const LoadedModel>> Load(const std::filesystem::path& dir) const;
  // Checks a version, unless `loaded` has it and its files are the same.
  Attempt Try(std::int64_t version, absl::string_view label, const std::vector<Slot>& loaded);
  // The labels to follow in this turn.
  VersionLabels TakeLabels(const absl::StatusOr<VersionLabels>& read,
                           const std::vector<std::int64_t>& versions);
  void Serve(const Slot& stable, const Slot& canary, double share);
  void Record(std::int64_t version, Known now);

  const ModelHandleOptions options_;

  std::mutex refresh_mutex_;  // held for a whole turn
  bool labels_read_ = false;

  mutable std::mutex mutex_;  // guards what follows, briefly
  Slot stable_;
  Slot canary_;
  TrafficSplit split_;
  mutable std::uint64_t calls_ = 0;  // without key, while there is a canary
  std::map<std::int64_t, Known, std::greater<>> known_;
  LabelsReport labels_;

  std::mutex stop_mutex_;
  std::condition_variable stop_changed_;
  bool stopping_ = false;
  std::thread refresher_;
};

// UNAVAILABLE, reason MODEL_UNAVAILABLE: what a service answers while Current()
// is null.
absl::Status ModelUnavailable(absl::string_view name);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_VERSIONS_MODEL_HANDLE_H_

#ifndef CLIENTELE_COMMON_INFERENCE_VERSIONS_MODEL_VERSIONS_H_
#define CLIENTELE_COMMON_INFERENCE_VERSIONS_MODEL_VERSIONS_H_

// The versions of a model in its folder: which serve, which were rejected and why.
//
// The life of a version: found -> signature and hashes -> loaded beside the old
// one -> warmed -> golden examples replayed -> opened by its task -> swapped in atomically ->
// the old one freed when its last user lets go. A version that fails any step is REJECTED,
// with its reason, and never serves; it is not tried again until its files
// change. The newest good version serves. Removing the folder of the version that
// serves goes back to the newest one that is left; an empty folder changes
// nothing.
//
// labels.json beside the version folders (version_labels.h) pins `stable` to a version,
// to roll back, and lets a `canary` take a share of the traffic. It is read at every
// iteration; a file with a mistake is reported and changes nothing. A label whose version's
// folder is gone is void. A pinned version that is rejected leaves stable as it is; a
// rejected canary takes no traffic. At most two versions serve and one more is loaded.
//
// A service may hold upgrades (ModelHandleOptions::hold): then a version that was checked waits as
// the candidate, loaded beside the one that serves, until Admit() lets it serve or Refuse() rejects
// it. Only the version that was admitted last is taken as stable. What served before it stays in
// memory until Release(), for what still needs it.
//
// Services use ModelHandle (model_handle.h), which gives what serves its type. No torch here.

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
#include "common/executor/traffic_split.h"
#include "common/inference/bundle/model_bundle.h"
#include "common/inference/bundle/precision.h"
#include "common/inference/bundle/runner_factory.h"
#include "common/inference/versions/loaded_model.h"
#include "common/inference/versions/version_labels.h"

namespace clientele::inference {

class CoreBudget;

enum class VersionState {
  kFound,     // seen, not wanted: another version serves
  kServing,   // what Current() or Choose() gives
  kRejected,  // failed a check; `reason` says which
  kWaiting,   // checked, and held until it is admitted
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
  // What runs the bundles. Required.
  RunnerFactory runners = {};
  // "cpu", "cuda" or "cuda:N".
  std::string device = "cpu";
  // How linear layers compute; nullopt: as each bundle asks.
  std::optional<Precision> precision = std::nullopt;
  // Threads of one call, and the cores that it waits for; see RunnerOptions.
  int threads = 0;
  std::shared_ptr<CoreBudget> cores = nullptr;
  // How often the folder is looked at. 0: only when Refresh() is called.
  absl::Duration refresh_interval = absl::Seconds(1);
  BundleLimits limits = {};
  // Whether a version waits until it is admitted, also the first one.
  bool hold = false;
  // Told of each version's change of state (for a log line or a metric), from
  // the thread that refreshes. May be empty; must not call the handle.
  std::function<void(const VersionReport&)> on_change = {};
  // The same, told of each change of the labels.
  std::function<void(const LabelsReport&)> on_labels = {};
};

class ModelVersions {
 public:
  // What a task makes of a version, whose type ModelHandle knows.
  using Servable = std::shared_ptr<const void>;
  using Opener = std::function<absl::StatusOr<Servable>(std::shared_ptr<const LoadedModel>)>;

  // As ModelHandle::Create(). `open` is called in the thread that refreshes.
  static absl::StatusOr<std::unique_ptr<ModelVersions>> Create(ModelHandleOptions options,
                                                               Opener open);
  ~ModelVersions();
  ModelVersions(const ModelVersions&) = delete;
  ModelVersions& operator=(const ModelVersions&) = delete;

  // As those of ModelHandle.
  Servable Current() const;
  Servable Choose(absl::string_view key) const;
  absl::Status CheckServing() const;
  absl::Status Refresh();
  std::vector<VersionReport> Versions() const;
  LabelsReport Labels() const;
  Servable Candidate() const;
  std::vector<Servable> Loaded() const;
  absl::StatusOr<Servable> Open(std::int64_t version) const;
  void Admit(std::int64_t version);
  void Refuse(std::int64_t version, const std::string& reason);
  void Reconsider(std::int64_t version);
  void Release();

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
    Servable model;
  };
  // What became of a version that was looked at; no model: it is rejected.
  struct Attempt {
    Servable model;
    absl::Status status;
    std::string reason;
    std::string fingerprint;
  };

  ModelVersions(ModelHandleOptions options, Opener open);
  void RefreshLoop();
  absl::Status RefreshOnce();  // refresh_mutex_ is held
  std::filesystem::path FolderOf(std::int64_t version) const;
  absl::StatusOr<Servable> Load(const std::filesystem::path& dir) const;
  // Checks a version, unless `loaded` has it and its files are the same.
  Attempt Try(std::int64_t version, absl::string_view label, const std::vector<Slot>& loaded);
  // The labels to follow in this iteration.
  VersionLabels TakeLabels(const absl::StatusOr<VersionLabels>& read,
                           const std::vector<std::int64_t>& versions);
  void Serve(const Slot& stable, const Slot& canary, double share, const Slot& waiting);
  void Record(std::int64_t version, Known now);

  const ModelHandleOptions options_;
  const Opener open_;

  std::mutex refresh_mutex_;  // held for a whole iteration
  bool labels_read_ = false;

  mutable std::mutex mutex_;  // guards what follows, briefly
  Slot stable_;
  Slot canary_;
  Slot waiting_;   // the candidate
  Slot previous_;  // served until another was admitted
  std::int64_t admitted_ = 0;
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

#endif  // CLIENTELE_COMMON_INFERENCE_VERSIONS_MODEL_VERSIONS_H_

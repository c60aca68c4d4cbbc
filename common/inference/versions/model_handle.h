#ifndef CLIENTELE_COMMON_INFERENCE_VERSIONS_MODEL_HANDLE_H_
#define CLIENTELE_COMMON_INFERENCE_VERSIONS_MODEL_HANDLE_H_

// The model that serves now, as its task uses it, replaced by newer versions meanwhile.
//
//   CLIENTELE_ASSIGN_OR_RETURN(
//       auto handle,
//       ModelHandle<TextEncoderModel>::Create({.model_dir = flags.model_dir,
//                                              .name = "starter-text-encoder",
//                                              .task = model::v1::TASK_TEXT_ENCODER,
//                                              .public_key = key,
//                                              .runners = TorchScriptRunner::Load}));
//   const std::shared_ptr<const TextEncoderModel> model = handle->Current();
//   if (model == nullptr) return ModelUnavailable(handle->name());
//
//   handle->Choose(customer)   // where a canary may answer instead
//
// A Servable is what the adapter of a task makes of a loaded version once, off the request
// path: it reads constants and files, and holds the manifest's widths, labels and settings
// against what its task can use. A version whose opener says no is REJECTED with that reason, as
// one whose golden examples differ, and the version before goes on. So whatever Current() gives
// can be used as it is. A servable keeps its LoadedModel alive; it is immutable and thread-safe.
//
// Whose vectors or factors are stored, or compared with stored ones, must use Current():
// those of two versions do not compare. Choose() is for models whose answer stands for
// itself: generators, readers, rankers.
//
// How versions come and go is in model_versions.h. Thread-safe. No torch here.

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/inference/versions/loaded_model.h"
#include "common/inference/versions/model_versions.h"

namespace clientele::inference {

// Makes a servable of a version, or says why the version cannot be used (for operators; no
// path). Called in the thread that refreshes, so it may take as long as loading does.
template <typename Servable>
using ServableOpener = std::function<absl::StatusOr<std::shared_ptr<const Servable>>(
    std::shared_ptr<const LoadedModel> model)>;

// A type whose opener is its static Open().
template <typename Servable>
concept Openable = requires(std::shared_ptr<const LoadedModel> model) {
  { Servable::Open(model) } -> std::same_as<absl::StatusOr<std::shared_ptr<const Servable>>>;
};

template <typename Servable>
class ModelHandle {
 public:
  // Makes the first turn itself, so a good version serves on return. A missing or
  // bad version is no error here: it is reported, and the background thread goes
  // on looking. INVALID_ARGUMENT for impossible options.
  static absl::StatusOr<std::unique_ptr<ModelHandle>> Create(ModelHandleOptions options,
                                                             ServableOpener<Servable> open) {
    ModelVersions::Opener untyped;
    if (open) {
      untyped = [open = std::move(open)](std::shared_ptr<const LoadedModel> model) {
        return absl::StatusOr<ModelVersions::Servable>(open(std::move(model)));
      };
    }
    auto versions = ModelVersions::Create(std::move(options), std::move(untyped));
    if (!versions.ok()) return versions.status();
    return std::unique_ptr<ModelHandle>(new ModelHandle(*std::move(versions)));
  }
  static absl::StatusOr<std::unique_ptr<ModelHandle>> Create(ModelHandleOptions options)
    requires Openable<Servable>
  {
    return Create(std::move(options), Servable::Open);
  }

  // The stable version, or null when none serves. Hold it for the length of a
  // request: all of the request then sees one version. Never blocks on a load.
  std::shared_ptr<const Servable> Current() const { return Typed(versions_->Current()); }

  // The version for one request: the canary for its share of the keys, else Current().
  // A key, such as the customer's name, is always sent to the same version while the
  // labels stay, by every replica, and leaves the canary only when the share shrinks.
  // Not RequestContext::caller: behind the gateway that is one name for everybody.
  // Without a key the calls are spread evenly. Hold it as Current()'s.
  std::shared_ptr<const Servable> Choose(absl::string_view key = {}) const {
    return Typed(versions_->Choose(key));
  }

  // With ModelHandleOptions::hold. The version that is checked and waits, or null.
  std::shared_ptr<const Servable> Candidate() const { return Typed(versions_->Candidate()); }
  // Current(), the candidate, and what served before and is not released: those there are.
  std::vector<std::shared_ptr<const Servable>> Loaded() const {
    std::vector<std::shared_ptr<const Servable>> loaded;
    for (auto& servable : versions_->Loaded()) loaded.push_back(Typed(std::move(servable)));
    return loaded;
  }
  // Any version that the folder still has, checked as one that shall serve: what serves, and what
  // is reported of the versions, stays as it is. Loads it anew, and blocks while it does; it is in
  // memory as long as the caller holds it. NOT_FOUND when the folder has it not; the errors of its
  // checks.
  absl::StatusOr<std::shared_ptr<const Servable>> Open(std::int64_t version) const {
    auto opened = versions_->Open(version);
    if (!opened.ok()) return opened.status();
    return Typed(*std::move(opened));
  }
  // Lets a version serve from now on, or once it is found and good, and no other one. May load it.
  void Admit(std::int64_t version) { versions_->Admit(version); }
  // Rejects the candidate if it is that version, and the next one is looked for; `reason` is for
  // operators.
  void Refuse(std::int64_t version, const std::string& reason) {
    versions_->Refuse(version, reason);
  }
  // A version that was rejected is tried again by the next iteration.
  void Reconsider(std::int64_t version) { versions_->Reconsider(version); }
  // Lets go of what served before.
  void Release() { versions_->Release(); }

  // OK while Current() gives a version, else ModelUnavailable(): for readiness.
  absl::Status CheckServing() const { return versions_->CheckServing(); }

  // One iteration: reads the labels, looks for the versions that they mean and takes them in.
  // OK when these serve. FAILED_PRECONDITION when labels.json has a mistake, or when a
  // version that should serve is rejected while another serves; UNAVAILABLE (reason
  // MODEL_UNAVAILABLE) when none serves. Iterations are serialized.
  absl::Status Refresh() { return versions_->Refresh(); }

  // What is known of each version in the folder, newest first; at most 64, and those
  // that have a label.
  std::vector<VersionReport> Versions() const { return versions_->Versions(); }
  LabelsReport Labels() const { return versions_->Labels(); }

  const std::string& name() const { return versions_->name(); }
  model::v1::Task task() const { return versions_->task(); }

 private:
  explicit ModelHandle(std::unique_ptr<ModelVersions> versions) : versions_(std::move(versions)) {}

  // Create() let nothing else in.
  static std::shared_ptr<const Servable> Typed(ModelVersions::Servable servable) {
    return std::static_pointer_cast<const Servable>(std::move(servable));
  }

  const std::unique_ptr<ModelVersions> versions_;
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_VERSIONS_MODEL_HANDLE_H_

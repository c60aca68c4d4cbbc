#include "common/inference/model_handle.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/inference/bundle_tokenizer.h"
#include "common/inference/folder_fingerprint.h"
#include "common/inference/generation/step_check.h"
#include "common/inference/golden.h"
#include "common/inference/manifest.h"
#include "common/inference/model_runner.h"
#include "common/inference/torchscript_runner.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::inference {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMaxVersions = 64;

// The newest version folders, newest first. nullopt when the folder cannot be read.
std::optional<std::vector<std::int64_t>> ListVersions(const fs::path& dir) {
  std::error_code error;
  std::vector<std::int64_t> versions;
  fs::directory_iterator it(dir, error);
  if (error) return std::nullopt;
  for (; it != fs::end(it); it.increment(error)) {
    const auto version = ParseVersion(it->path().filename().string());
    std::error_code ignored;
    if (version && it->is_directory(ignored)) versions.push_back(*version);
  }
  if (error) return std::nullopt;
  std::sort(versions.begin(), versions.end(), std::greater<>());
  if (versions.size() > kMaxVersions) versions.resize(kMaxVersions);
  return versions;
}

// The kernels of each batch shape are chosen and the graphs compiled on first runs; a
// request should not wait for that. Twice, because the first run of a shape only
// profiles it.
absl::Status Warm(const ModelRunner& runner, const model::v1::Bundle& manifest) {
  std::int64_t max_rows = manifest.limits().max_batch_rows();
  if (max_rows == 0) max_rows = 8;
  const bool has_length = manifest.limits().max_tokens() > 0;
  // Without tokens, the dynamic axes are those of an image.
  const std::int64_t max_length = has_length ? manifest.limits().max_tokens() : kExampleImageSide;
  for (const std::int64_t rows : {std::int64_t{1}, std::min<std::int64_t>(8, max_rows)}) {
    for (const std::int64_t length :
         {has_length ? std::min<std::int64_t>(8, max_length) : max_length,
          std::min<std::int64_t>(128, max_length)}) {
      for (int run = 0; run < 2; ++run) {
        const auto outputs =
            runner.Run(PrimaryMethod(manifest.task()), ExampleInputs(manifest, rows, length));
        if (!outputs.ok()) {
          return absl::FailedPreconditionError(absl::StrCat("the model does not run on a batch of ",
                                                            rows,
                                                            " rows: ", outputs.status().message()));
        }
      }
    }
  }
  return absl::OkStatus();
}

// A generator spends its time in steps, so they are warmed too, and held against prefill.
absl::Status WarmGenerator(const ModelRunner& runner, const model::v1::Bundle& manifest) {
  std::int64_t max_rows = manifest.limits().max_batch_rows();
  if (max_rows == 0) max_rows = 8;
  const std::int64_t max_length = manifest.limits().max_tokens();
  for (const std::int64_t rows : {std::int64_t{1}, std::min<std::int64_t>(8, max_rows)}) {
    for (const std::int64_t length :
         {std::min<std::int64_t>(8, max_length), std::min<std::int64_t>(32, max_length)}) {
      for (int run = 0; run < 2; ++run) {
        CLIENTELE_RETURN_IF_ERROR(CheckPrefillAndStep(runner, manifest, rows, length));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

LoadedModel::LoadedModel(ModelBundle bundle, std::unique_ptr<const ModelRunner> runner)
    : LoadedModel(std::move(bundle), std::move(runner), nullptr) {}
LoadedModel::LoadedModel(ModelBundle bundle, std::unique_ptr<const ModelRunner> runner,
                         std::unique_ptr<const BundleTokenizer> tokenizer)
    : bundle_(std::move(bundle)), runner_(std::move(runner)), tokenizer_(std::move(tokenizer)) {}
LoadedModel::~LoadedModel() = default;

absl::Status ModelUnavailable(absl::string_view name) {
  return AwayError(reason::kModelUnavailable,
                   absl::StrCat("no version of the model ", name,
                                " serves: put a signed bundle into the model folder"),
                   absl::Seconds(5));
}

ModelHandle::ModelHandle(ModelHandleOptions options) : options_(std::move(options)) {}

absl::StatusOr<std::unique_ptr<ModelHandle>> ModelHandle::Create(ModelHandleOptions options) {
  if (!IsBundleName(options.name)) {
    return InvalidField("name", "must be lower-case letters, digits, '-' and '_'");
  }
  if (options.model_dir.empty()) return InvalidField("model_dir", "must be set");
  if (!options.public_key) return InvalidField("public_key", "must be set");
  if (options.task == model::v1::TASK_UNSPECIFIED) return InvalidField("task", "must be set");
  if (options.refresh_interval < absl::ZeroDuration()) {
    return InvalidField("refresh_interval", "must not be negative");
  }
  std::unique_ptr<ModelHandle> handle(new ModelHandle(std::move(options)));
  handle->Refresh().IgnoreError();  // reported per version; the caller looks at Current()
  if (handle->options_.refresh_interval > absl::ZeroDuration()) {
    handle->refresher_ = std::thread([raw = handle.get()] { raw->RefreshLoop(); });
  }
  return handle;
}

ModelHandle::~ModelHandle() {
  {
    std::lock_guard lock(stop_mutex_);
    stopping_ = true;
  }
  stop_changed_.notify_all();
  if (refresher_.joinable()) refresher_.join();
}

void ModelHandle::RefreshLoop() {
  const auto interval =
      absl::ToChronoNanoseconds(std::max(options_.refresh_interval, absl::Milliseconds(10)));
  std::unique_lock lock(stop_mutex_);
  while (!stop_changed_.wait_for(lock, interval, [this] { return stopping_; })) {
    lock.unlock();
    Refresh().IgnoreError();
    lock.lock();
  }
}

std::shared_ptr<const LoadedModel> ModelHandle::Current() const {
  std::lock_guard lock(mutex_);
  return current_;
}

std::vector<VersionReport> ModelHandle::Versions() const {
  std::lock_guard lock(mutex_);
  std::vector<VersionReport> reports;
  reports.reserve(known_.size());
  for (const auto& [version, known] : known_) {
    reports.push_back({absl::StrCat(version), known.state, known.reason});
  }
  return reports;
}

absl::StatusOr<std::shared_ptr<const LoadedModel>> ModelHandle::Load(const fs::path& dir) const {
  CLIENTELE_ASSIGN_OR_RETURN(ModelBundle bundle,
                             ModelBundle::Open(dir, *options_.public_key, options_.limits));
  if (bundle.manifest().task() != options_.task) {
    return absl::FailedPreconditionError(
        absl::StrCat("the bundle is a ", model::v1::Task_Name(bundle.manifest().task()), ", a ",
                     model::v1::Task_Name(options_.task), " is wanted here"));
  }
  // Without one an encoder is of no use to a service; the other tasks can be given ids.
  std::unique_ptr<const BundleTokenizer> tokenizer;
  if (bundle.manifest().has_tokenizer() || options_.task == model::v1::TASK_TEXT_ENCODER) {
    CLIENTELE_ASSIGN_OR_RETURN(tokenizer, BundleTokenizer::Load(bundle));
  }
  const Precision precision = options_.precision.value_or(WantedPrecision(bundle.manifest()));
  CLIENTELE_ASSIGN_OR_RETURN(
      std::unique_ptr<TorchScriptRunner> runner,
      TorchScriptRunner::Load(bundle, {.device = options_.device, .precision = precision}));
  try {  // making the tensors can throw too, for want of memory
    CLIENTELE_RETURN_IF_ERROR(options_.task == model::v1::TASK_TEXT_GENERATOR
                                  ? WarmGenerator(*runner, bundle.manifest())
                                  : Warm(*runner, bundle.manifest()));
    CLIENTELE_RETURN_IF_ERROR(ReplayGolden(*runner, bundle.manifest(), precision));
  } catch (const std::exception&) {
    return absl::FailedPreconditionError("the model does not run on this machine");
  }
  return std::make_shared<const LoadedModel>(std::move(bundle), std::move(runner),
                                             std::move(tokenizer));
}

void ModelHandle::Record(std::int64_t version, VersionState state, std::string reason,
                         std::string fingerprint) {
  {
    std::lock_guard lock(mutex_);
    Known& known = known_[version];
    const bool changed =
        known.state != state || known.reason != reason || known.fingerprint.empty();
    known = {state, reason, std::move(fingerprint)};
    if (!changed) return;
  }
  if (options_.on_change) options_.on_change({absl::StrCat(version), state, std::move(reason)});
}

absl::Status ModelHandle::Refresh() {
  std::lock_guard turn(refresh_mutex_);
  const fs::path folder = options_.model_dir / options_.name;
  const auto versions = ListVersions(folder);
  std::shared_ptr<const LoadedModel> serving;
  std::int64_t serving_version = 0;
  {
    std::lock_guard lock(mutex_);
    serving = current_;
    serving_version = current_version_;
    // Forgets the versions that are gone; the one that serves stays known.
    std::erase_if(known_, [&](const auto& entry) {
      return entry.first != serving_version &&
             (!versions ||
              std::find(versions->begin(), versions->end(), entry.first) == versions->end());
    });
  }
  if (!versions || versions->empty()) {
    return serving ? absl::OkStatus() : ModelUnavailable(options_.name);
  }

  {
    std::lock_guard lock(mutex_);
    for (const std::int64_t version : *versions) known_.try_emplace(version);
  }

  absl::Status newest_rejection;
  for (const std::int64_t version : *versions) {
    const fs::path dir = folder / absl::StrCat(version);
    const std::string fingerprint = FolderFingerprint(dir);
    Known known;
    {
      std::lock_guard lock(mutex_);
      if (const auto it = known_.find(version); it != known_.end()) known = it->second;
    }
    const bool tried = !known.fingerprint.empty() && known.fingerprint == fingerprint;
    if (tried && known.state == VersionState::kServing) return newest_rejection;
    if (tried && known.state == VersionState::kRejected) {
      if (newest_rejection.ok()) {
        newest_rejection = absl::FailedPreconditionError(
            absl::StrCat(options_.name, "/", version, " is rejected: ", known.reason));
      }
      continue;
    }

    auto loaded = Load(dir);
    if (!loaded.ok()) {
      const std::string reason(loaded.status().message());
      if (newest_rejection.ok()) {
        newest_rejection = absl::FailedPreconditionError(
            absl::StrCat(options_.name, "/", version, " is rejected: ", reason));
      }
      if (serving && version == serving_version) {
        // What serves was checked before it was loaded and lives in memory: it goes on.
        Record(version, VersionState::kServing,
               absl::StrCat("its files changed and would be rejected: ", reason), fingerprint);
        return newest_rejection;
      }
      Record(version, VersionState::kRejected, reason, fingerprint);
      continue;
    }

    {
      std::lock_guard lock(mutex_);
      current_.swap(*loaded);
      current_version_ = version;
      // The old one is an ordinary candidate again.
      for (auto& [other, entry] : known_) {
        if (entry.state == VersionState::kServing && other != version) entry = {};
      }
    }
    Record(version, VersionState::kServing, "", fingerprint);
    return newest_rejection;  // *loaded, the old version, is freed after the lock
  }
  if (serving) return newest_rejection;
  return AwayError(reason::kModelUnavailable,
                   absl::StrCat("no version of the model serves; ", newest_rejection.message()),
                   absl::Seconds(5));
}

}  // namespace clientele::inference

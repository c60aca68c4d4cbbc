#include "common/inference/versions/model_versions.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/inference/bundle/bundle_tokenizer.h"
#include "common/inference/bundle/golden.h"
#include "common/inference/bundle/manifest.h"
#include "common/inference/bundle/step_check.h"
#include "common/inference/model_runner.h"
#include "common/inference/versions/folder_fingerprint.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::inference {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMaxVersions = 64;

void AddLabeled(const VersionLabels& labels, std::vector<std::int64_t>& versions) {
  if (labels.stable) versions.push_back(*labels.stable);
  if (labels.canary) versions.push_back(labels.canary->version);
}

// The newest version folders and those of `wanted`, newest first. nullopt when the folder
// cannot be read.
std::optional<std::vector<std::int64_t>> ListVersions(const fs::path& dir,
                                                      const std::vector<std::int64_t>& wanted) {
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
  if (versions.size() <= kMaxVersions) return versions;
  const auto older =
      std::remove_if(versions.begin() + kMaxVersions, versions.end(), [&](std::int64_t version) {
        return std::find(wanted.begin(), wanted.end(), version) == wanted.end();
      });
  versions.erase(older, versions.end());
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
absl::Status WarmGenerator(const ModelRunner& runner, const model::v1::Bundle& manifest,
                           Precision precision) {
  std::int64_t max_rows = manifest.limits().max_batch_rows();
  if (max_rows == 0) max_rows = 8;
  const std::int64_t max_length = manifest.limits().max_tokens();
  for (const std::int64_t rows : {std::int64_t{1}, std::min<std::int64_t>(8, max_rows)}) {
    for (const std::int64_t length :
         {std::min<std::int64_t>(8, max_length), std::min<std::int64_t>(32, max_length)}) {
      for (int run = 0; run < 2; ++run) {
        CLIENTELE_RETURN_IF_ERROR(CheckPrefillAndStep(runner, manifest, rows, length, precision));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ModelUnavailable(absl::string_view name) {
  return UnavailableError(reason::kModelUnavailable,
                          absl::StrCat("no version of the model ", name,
                                       " serves: put a signed bundle into the model folder"),
                          absl::Seconds(5));
}

ModelVersions::ModelVersions(ModelHandleOptions options, Opener open)
    : options_(std::move(options)), open_(std::move(open)) {}

absl::StatusOr<std::unique_ptr<ModelVersions>> ModelVersions::Create(ModelHandleOptions options,
                                                                     Opener open) {
  if (!IsBundleName(options.name)) {
    return InvalidField("name", "must be lower-case letters, digits, '-' and '_'");
  }
  if (options.model_dir.empty()) return InvalidField("model_dir", "must be set");
  if (!options.public_key) return InvalidField("public_key", "must be set");
  if (!options.runners) return InvalidField("runners", "must be set");
  if (!open) return InvalidField("open", "must be set");
  if (options.task == model::v1::TASK_UNSPECIFIED) return InvalidField("task", "must be set");
  if (options.refresh_interval < absl::ZeroDuration()) {
    return InvalidField("refresh_interval", "must not be negative");
  }
  std::unique_ptr<ModelVersions> versions(new ModelVersions(std::move(options), std::move(open)));
  versions->Refresh().IgnoreError();  // reported per version; the caller looks at Current()
  if (versions->options_.refresh_interval > absl::ZeroDuration()) {
    versions->refresher_ = std::thread([raw = versions.get()] { raw->RefreshLoop(); });
  }
  return versions;
}

ModelVersions::~ModelVersions() {
  {
    std::lock_guard lock(stop_mutex_);
    stopping_ = true;
  }
  stop_changed_.notify_all();
  if (refresher_.joinable()) refresher_.join();
}

void ModelVersions::RefreshLoop() {
  const auto interval =
      absl::ToChronoNanoseconds(std::max(options_.refresh_interval, absl::Milliseconds(10)));
  std::unique_lock lock(stop_mutex_);
  while (!stop_changed_.wait_for(lock, interval, [this] { return stopping_; })) {
    lock.unlock();
    Refresh().IgnoreError();
    lock.lock();
  }
}

ModelVersions::Servable ModelVersions::Current() const {
  std::lock_guard lock(mutex_);
  return stable_.model;
}

absl::Status ModelVersions::CheckServing() const {
  return Current() == nullptr ? ModelUnavailable(name()) : absl::OkStatus();
}

ModelVersions::Servable ModelVersions::Candidate() const {
  std::lock_guard lock(mutex_);
  return waiting_.model;
}

std::vector<ModelVersions::Servable> ModelVersions::Loaded() const {
  std::lock_guard lock(mutex_);
  std::vector<Servable> loaded;
  for (const Slot* slot : {&stable_, &waiting_, &previous_}) {
    if (slot->model != nullptr) loaded.push_back(slot->model);
  }
  return loaded;
}

void ModelVersions::Admit(std::int64_t version) {
  std::lock_guard iteration(refresh_mutex_);
  {
    std::lock_guard lock(mutex_);
    admitted_ = version;
  }
  RefreshOnce().IgnoreError();  // reported per version
}

void ModelVersions::Refuse(std::int64_t version, const std::string& reason) {
  std::lock_guard iteration(refresh_mutex_);
  Slot dropped;
  std::string fingerprint;
  {
    std::lock_guard lock(mutex_);
    if (waiting_.version != version) return;
    std::swap(waiting_, dropped);
    fingerprint = known_[version].fingerprint;
  }
  Record(version, {VersionState::kRejected, reason, "stable", fingerprint});
}

void ModelVersions::Reconsider(std::int64_t version) {
  std::lock_guard iteration(refresh_mutex_);
  std::lock_guard lock(mutex_);
  const auto known = known_.find(version);
  if (known == known_.end() || known->second.state != VersionState::kRejected) return;
  known->second = {};
}

void ModelVersions::Release() {
  Slot dropped;
  std::lock_guard lock(mutex_);
  std::swap(previous_, dropped);
}

ModelVersions::Servable ModelVersions::Choose(absl::string_view key) const {
  std::lock_guard lock(mutex_);
  if (canary_.model == nullptr) return stable_.model;
  const bool canary =
      key.empty() ? split_.TakesCall(calls_++) : split_.TakesKey(options_.name, key);
  return canary ? canary_.model : stable_.model;
}

std::vector<VersionReport> ModelVersions::Versions() const {
  std::lock_guard lock(mutex_);
  std::vector<VersionReport> reports;
  reports.reserve(known_.size());
  for (const auto& [version, known] : known_) {
    reports.push_back({absl::StrCat(version), known.state, known.reason, known.label});
  }
  return reports;
}

LabelsReport ModelVersions::Labels() const {
  std::lock_guard lock(mutex_);
  return labels_;
}

fs::path ModelVersions::FolderOf(std::int64_t version) const {
  return options_.model_dir / options_.name / absl::StrCat(version);
}

absl::StatusOr<ModelVersions::Servable> ModelVersions::Open(std::int64_t version) const {
  const fs::path dir = FolderOf(version);
  std::error_code ignored;
  if (version < 1 || !fs::is_directory(dir, ignored)) {
    return absl::NotFoundError(
        absl::StrCat("the model folder has no ", options_.name, "/", version));
  }
  return Load(dir);
}

absl::StatusOr<ModelVersions::Servable> ModelVersions::Load(const fs::path& dir) const {
  CLIENTELE_ASSIGN_OR_RETURN(ModelBundle bundle,
                             ModelBundle::Open(dir, *options_.public_key, options_.limits));
  if (bundle.manifest().task() != options_.task) {
    return absl::FailedPreconditionError(
        absl::StrCat("the bundle is a ", model::v1::Task_Name(bundle.manifest().task()), ", a ",
                     model::v1::Task_Name(options_.task), " is wanted here"));
  }
  std::unique_ptr<const BundleTokenizer> tokenizer;
  if (bundle.manifest().has_tokenizer()) {
    CLIENTELE_ASSIGN_OR_RETURN(tokenizer, BundleTokenizer::Load(bundle));
  }
  const Precision precision = options_.precision.value_or(WantedPrecision(bundle.manifest()));
  CLIENTELE_ASSIGN_OR_RETURN(std::unique_ptr<ModelRunner> runner,
                             options_.runners(bundle, {.device = options_.device,
                                                       .precision = precision,
                                                       .threads = options_.threads,
                                                       .cores = options_.cores}));
  try {  // making the tensors can throw too, for want of memory
    CLIENTELE_RETURN_IF_ERROR(options_.task == model::v1::TASK_TEXT_GENERATOR
                                  ? WarmGenerator(*runner, bundle.manifest(), precision)
                                  : Warm(*runner, bundle.manifest()));
    CLIENTELE_RETURN_IF_ERROR(ReplayGolden(*runner, bundle.manifest(), precision));
    CLIENTELE_ASSIGN_OR_RETURN(Servable servable,
                               open_(std::make_shared<const LoadedModel>(
                                   std::move(bundle), std::move(runner), std::move(tokenizer))));
    if (servable == nullptr) return absl::InternalError("the task made nothing of the bundle");
    return servable;
  } catch (const std::exception&) {
    return absl::FailedPreconditionError("the model does not run on this machine");
  }
}

void ModelVersions::Record(std::int64_t version, Known now) {
  {
    std::lock_guard lock(mutex_);
    Known& known = known_[version];
    const bool changed =
        known.state != now.state || known.reason != now.reason || known.label != now.label;
    known = now;
    if (!changed) return;
  }
  if (options_.on_change) {
    options_.on_change(
        {absl::StrCat(version), now.state, std::move(now.reason), std::move(now.label)});
  }
}

VersionLabels ModelVersions::TakeLabels(const absl::StatusOr<VersionLabels>& read,
                                        const std::vector<std::int64_t>& versions) {
  const absl::Status status = read.ok() ? CheckLabeled(*read, versions) : read.status();
  LabelsReport report;
  {
    std::lock_guard lock(mutex_);
    report = labels_;
    // At the start there is nothing to go on with: the labels that can be followed are.
    if (read.ok() && (status.ok() || !labels_read_)) report.labels = *read;
    report.problem = std::string(status.message());
    labels_read_ = true;
    if (labels_ == report) return LabelsAmong(report.labels, versions);
    labels_ = report;
  }
  if (options_.on_labels) options_.on_labels(report);
  return LabelsAmong(report.labels, versions);
}

ModelVersions::Attempt ModelVersions::Try(std::int64_t version, absl::string_view label,
                                          const std::vector<Slot>& loaded) {
  const fs::path dir = FolderOf(version);
  Attempt attempt;
  attempt.fingerprint = FolderFingerprint(dir);
  for (const Slot& slot : loaded) {
    if (slot.version == version) attempt.model = slot.model;
  }
  Known known;
  {
    std::lock_guard lock(mutex_);
    if (const auto it = known_.find(version); it != known_.end()) known = it->second;
  }
  const auto rejection = [&](absl::string_view reason) {
    return absl::FailedPreconditionError(
        absl::StrCat(options_.name, "/", version, " is rejected: ", reason));
  };
  if (known.fingerprint == attempt.fingerprint) {
    attempt.reason = known.reason;
    if (attempt.model != nullptr) return attempt;
    if (known.state == VersionState::kRejected) {
      attempt.status = rejection(known.reason);
      return attempt;
    }
  }
  auto fresh = Load(dir);
  if (fresh.ok()) {
    attempt.model = *std::move(fresh);
    attempt.reason.clear();
    return attempt;
  }
  attempt.reason = std::string(fresh.status().message());
  attempt.status = rejection(attempt.reason);
  if (attempt.model != nullptr) {
    // What serves was checked before it was loaded and lives in memory: it goes on.
    attempt.reason = absl::StrCat("its files changed and would be rejected: ", attempt.reason);
  } else {
    Record(version,
           {VersionState::kRejected, attempt.reason, std::string(label), attempt.fingerprint});
  }
  return attempt;
}

void ModelVersions::Serve(const Slot& stable, const Slot& canary, double share,
                          const Slot& waiting) {
  // Freed after the lock, where nobody else holds them.
  Slot old_stable = stable;
  Slot old_canary = canary;
  Slot old_waiting = waiting;
  std::lock_guard lock(mutex_);
  std::swap(stable_, old_stable);
  std::swap(canary_, old_canary);
  std::swap(waiting_, old_waiting);
  // What is not released yet is still needed, whatever served since.
  if (options_.hold && old_stable.version != stable.version && previous_.model == nullptr) {
    previous_ = old_stable;
  }
  split_ = TrafficSplit(share);
  for (auto& [version, known] : known_) {
    const bool served = known.state == VersionState::kServing && version != stable.version &&
                        version != canary.version;
    const bool waited = known.state == VersionState::kWaiting && version != waiting.version;
    if (served || waited) {
      // An ordinary candidate again.
      known = {VersionState::kFound, "", "", std::move(known.fingerprint)};
    }
  }
}

absl::Status ModelVersions::Refresh() {
  std::lock_guard iteration(refresh_mutex_);
  return RefreshOnce();
}

absl::Status ModelVersions::RefreshOnce() {
  const fs::path folder = options_.model_dir / options_.name;
  const auto read = ReadVersionLabels(folder);
  Slot stable;
  Slot canary;
  Slot waited;
  std::int64_t admitted = 0;
  std::vector<std::int64_t> wanted;
  {
    std::lock_guard lock(mutex_);
    stable = stable_;
    canary = canary_;
    waited = waiting_;
    admitted = admitted_;
    AddLabeled(labels_.labels, wanted);
  }
  if (read.ok()) AddLabeled(*read, wanted);
  wanted.push_back(stable.version);
  wanted.push_back(admitted);
  const auto versions = ListVersions(folder, wanted);
  {
    std::lock_guard lock(mutex_);
    // Forgets the versions that are gone; those that serve stay known.
    std::erase_if(known_, [&](const auto& entry) {
      return entry.first != stable.version && entry.first != canary.version &&
             (!versions ||
              std::find(versions->begin(), versions->end(), entry.first) == versions->end());
    });
  }
  if (!versions || versions->empty()) {
    return stable.model ? absl::OkStatus() : ModelUnavailable(options_.name);
  }
  {
    std::lock_guard lock(mutex_);
    for (const std::int64_t version : *versions) known_.try_emplace(version);
  }

  const VersionLabels labels = TakeLabels(read, *versions);
  const std::int64_t canary_version = labels.canary ? labels.canary->version : 0;
  const double share = labels.canary ? labels.canary->share : 0;
  std::vector<Slot> loaded = {stable, canary, std::exchange(waited, {})};
  absl::Status rejection;
  std::optional<Attempt> chosen;
  Slot waiting;
  std::string waiting_fingerprint;
  for (const std::int64_t version : StableCandidates(labels, *versions, stable.version)) {
    const bool held = options_.hold && version != admitted && version != stable.version;
    if (held && waiting.model != nullptr) continue;
    Attempt attempt = Try(version, "stable", loaded);
    rejection.Update(attempt.status);
    if (attempt.model == nullptr) continue;
    if (held) {
      waiting = {version, attempt.model};
      waiting_fingerprint = attempt.fingerprint;
      continue;
    }
    stable = {version, attempt.model};
    chosen = std::move(attempt);
    break;
  }
  // The canary goes on while the next one is loaded only where it is the same.
  if (canary.version != canary_version || canary.version == stable.version) canary = {};
  Serve(stable, canary, share, waiting);
  if (chosen) {
    Record(stable.version, {VersionState::kServing, chosen->reason, "stable", chosen->fingerprint});
  }
  if (waiting.model != nullptr) {
    Record(waiting.version, {VersionState::kWaiting, "", "stable", waiting_fingerprint});
  }

  if (canary_version != 0 && canary_version != stable.version && stable.model != nullptr) {
    // What no label wants any more leaves the memory before another version comes.
    std::erase_if(loaded, [&](const Slot& slot) { return slot.version != canary_version; });
    Attempt attempt = Try(canary_version, "canary", loaded);
    rejection.Update(attempt.status);
    if (attempt.model != nullptr) {
      Serve(stable, {canary_version, attempt.model}, share, waiting);
      Record(canary_version,
             {VersionState::kServing, attempt.reason, "canary", attempt.fingerprint});
    }
  }

  if (stable.model == nullptr) {
    return UnavailableError(reason::kModelUnavailable,
                            absl::StrCat("no version of the model serves; ", rejection.message()),
                            absl::Seconds(5));
  }
  const std::string problem = Labels().problem;
  return problem.empty() ? rejection : absl::FailedPreconditionError(problem);
}

}  // namespace clientele::inference

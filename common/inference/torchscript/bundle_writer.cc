#include "common/inference/torchscript/bundle_writer.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include <google/protobuf/util/time_util.h>
#include <torch/csrc/jit/api/module.h>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"

#include "common/crypto/digest.h"
#include "common/inference/bundle/durable_files.h"
#include "common/inference/bundle/golden.h"
#include "common/inference/bundle/manifest.h"
#include "common/inference/bundle/model_bundle.h"
#include "common/inference/bundle/step_check.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::inference {
namespace fs = std::filesystem;
namespace {

absl::Status DiskError(absl::string_view what) {
  return WithReason(absl::InternalError(absl::StrCat(what, ": is the disk full or read-only?")),
                    reason::kInternal);
}

// Written beside the old one and renamed over it.
absl::Status ReplaceFile(const fs::path& path, absl::string_view content) {
  const fs::path fresh = path.parent_path() / absl::StrCat(".", path.filename().string(), ".new");
  CLIENTELE_RETURN_IF_ERROR(WriteDurably(fresh, content));
  std::error_code error;
  fs::rename(fresh, path, error);
  return error ? DiskError("a bundle's file cannot be replaced") : absl::OkStatus();
}

// A day: no writer works that long on what is in its folder.
constexpr std::chrono::hours kAbandonedAfter(24);

// Removes the staging folders ".VERSION.XXXXXX" of writers that were killed.
void RemoveAbandoned(const fs::path& parent) {
  std::error_code error;
  std::vector<fs::path> abandoned;
  for (fs::directory_iterator it(parent, error); !error && it != fs::directory_iterator();
       it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name.size() < 3 || name[0] != '.' || !ParseVersion(name.substr(1, name.rfind('.') - 1))) {
      continue;
    }
    std::error_code ignored;
    const auto age = fs::file_time_type::clock::now() - fs::last_write_time(it->path(), ignored);
    if (!ignored && age > kAbandonedAfter) abandoned.push_back(it->path());
  }
  for (const fs::path& path : abandoned) fs::remove_all(path, error);
}

absl::StatusOr<std::string> Serialize(const torch::jit::Module& module) {
  try {
    std::ostringstream out;
    module.save(out);
    return std::move(out).str();
  } catch (const std::exception&) {
    return WithReason(absl::InternalError("the module cannot be saved as TorchScript"),
                      reason::kInternal);
  }
}

// Runs the inputs through the saved bytes, so that the examples are of what will be
// loaded, not of what was in memory.
absl::Status FillGolden(const std::string& model, const std::vector<at::Tensor>& inputs,
                        double tolerance, model::v1::Bundle& manifest) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto runner, TorchScriptRunner::FromBytes(model, manifest));
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<at::Tensor> outputs,
                             runner->Run(PrimaryMethod(manifest.task()), inputs));
  std::int64_t values = 0;
  for (const auto* tensors : {&inputs, &outputs}) {
    for (const at::Tensor& tensor : *tensors) values += tensor.numel();
  }
  if (values > kMaxGoldenValues) {
    return InvalidField("golden_inputs",
                        absl::StrCat("inputs and outputs hold ", values, " values; at most ",
                                     kMaxGoldenValues, " are accepted: use fewer rows"));
  }
  model::v1::Golden golden;
  golden.set_tolerance(manifest.golden().tolerance() > 0 ? manifest.golden().tolerance()
                                                         : tolerance);
  for (const at::Tensor& input : inputs) {
    CLIENTELE_ASSIGN_OR_RETURN(*golden.add_inputs(), ToTensorValue(input));
  }
  for (const at::Tensor& output : outputs) {
    CLIENTELE_ASSIGN_OR_RETURN(*golden.add_outputs(), ToTensorValue(output));
  }
  *manifest.mutable_golden() = std::move(golden);
  return absl::OkStatus();
}

void AddFile(model::v1::Bundle& manifest, const std::string& path, absl::string_view content) {
  model::v1::File& file = *manifest.add_files();
  file.set_path(path);
  file.set_size(static_cast<std::int64_t>(content.size()));
  file.set_sha256(crypto::Sha256Hex(content));
}

void SetCreateTime(model::v1::Bundle& manifest) {
  if (!manifest.has_create_time()) {
    *manifest.mutable_create_time() = google::protobuf::util::TimeUtil::GetCurrentTime();
  }
}

absl::StatusOr<std::string> ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream content;
  content << in.rdbuf();
  if (!in || !content) {
    return absl::NotFoundError(absl::StrCat(path.filename().string(), " cannot be read"));
  }
  return std::move(content).str();
}

// Every regular file of the folder that a manifest may list, in order.
absl::StatusOr<std::vector<std::string>> ListFiles(const fs::path& dir) {
  std::vector<std::string> paths;
  std::error_code error;
  fs::recursive_directory_iterator it(dir, error);
  for (; !error && it != fs::end(it); it.increment(error)) {
    const std::string path = it->path().lexically_relative(dir).generic_string();
    if (!it->is_regular_file() || path == kManifestFile || path == kSignatureFile) continue;
    if (!IsBundleFilePath(path)) {
      return InvalidField("files", "a file's name holds characters that a bundle may not use");
    }
    paths.push_back(path);
  }
  if (error) return absl::NotFoundError("the bundle's folder cannot be read");
  std::sort(paths.begin(), paths.end());
  return paths;
}

absl::Status Verify(const absl::StatusOr<ModelBundle>& bundle) {
  if (!bundle.ok()) return bundle.status();
  const Precision precision = WantedPrecision(bundle->manifest());
  CLIENTELE_ASSIGN_OR_RETURN(const auto runner,
                             TorchScriptRunner::Load(*bundle, {.precision = precision}));
  try {
    if (bundle->manifest().task() == model::v1::TASK_TEXT_GENERATOR) {
      CLIENTELE_RETURN_IF_ERROR(CheckPrefillAndStep(*runner, bundle->manifest(), 1, 8, precision));
    }
    return ReplayGolden(*runner, bundle->manifest(), precision);
  } catch (const std::exception&) {
    return absl::FailedPreconditionError("the golden examples cannot be computed");
  }
}

// A null key writes no signature.
absl::StatusOr<fs::path> Write(const BundleWriterOptions& options, const torch::jit::Module& module,
                               model::v1::Bundle manifest, const std::vector<BundleFile>& files,
                               const std::vector<at::Tensor>& golden_inputs,
                               const crypto::SigningKey* key) {
  if (!IsBundleName(manifest.name())) {
    return InvalidField("name", "must be lower-case letters, digits, '-' and '_'");
  }
  if (!ParseVersion(manifest.version())) {
    return InvalidField("version", "must be 1 to 18 digits without a leading zero");
  }
  CLIENTELE_RETURN_IF_ERROR(CheckInterface(manifest, manifest.name(), manifest.version()));
  const std::string id = absl::StrCat("bundles/", manifest.name(), "/", manifest.version());
  const fs::path parent = options.model_dir / manifest.name();
  const fs::path target = parent / manifest.version();
  std::error_code error;
  if (fs::exists(target, error)) return AlreadyExists(id);

  CLIENTELE_ASSIGN_OR_RETURN(const std::string model, Serialize(module));
  CLIENTELE_RETURN_IF_ERROR(FillGolden(model, golden_inputs, options.golden_tolerance, manifest));
  manifest.clear_files();
  AddFile(manifest, kModelFile, model);
  for (const BundleFile& file : files) {
    if (!IsBundleFilePath(file.path)) {
      return InvalidField("files", "a path must be relative, inside the bundle's folder");
    }
    AddFile(manifest, file.path, file.content);
  }
  SetCreateTime(manifest);
  CLIENTELE_RETURN_IF_ERROR(CheckManifest(manifest, manifest.name(), manifest.version()));
  CLIENTELE_ASSIGN_OR_RETURN(const std::string json, WriteManifest(manifest));

  fs::create_directories(parent, error);
  RemoveAbandoned(parent);
  // A dot: ModelHandle sees no version in it.
  std::string pattern = (parent / absl::StrCat(".", manifest.version(), ".XXXXXX")).string();
  if (error || ::mkdtemp(pattern.data()) == nullptr) {
    return DiskError("the model folder cannot be written");
  }
  const fs::path staging_root = pattern;
  const auto remove_staging = absl::MakeCleanup([&] {
    std::error_code ignored;
    fs::remove_all(staging_root, ignored);
  });
  // Named like the final folder, so that it can be opened and checked as a bundle.
  const fs::path staging = staging_root / manifest.name() / manifest.version();
  CLIENTELE_RETURN_IF_ERROR(WriteDurably(staging / kModelFile, model));
  for (const BundleFile& file : files) {
    CLIENTELE_RETURN_IF_ERROR(WriteDurably(staging / file.path, file.content));
  }
  CLIENTELE_RETURN_IF_ERROR(WriteDurably(staging / kManifestFile, json));
  if (key != nullptr) {
    CLIENTELE_RETURN_IF_ERROR(WriteDurably(staging / kSignatureFile, key->Sign(json)));
  }
  CLIENTELE_RETURN_IF_ERROR(SyncFolder(staging));
  CLIENTELE_RETURN_IF_ERROR(Verify(key == nullptr ? ModelBundle::OpenUnsigned(staging)
                                                  : ModelBundle::Open(staging, key->public_key())));

  // rename() onto a folder succeeds only when that folder is empty, so of two writers
  // of one version one wins and the other fails.
  fs::rename(staging, target, error);
  if (error == std::errc::directory_not_empty || error == std::errc::file_exists) {
    return AlreadyExists(id);
  }
  if (error) return DiskError("the bundle's folder cannot be renamed");
  CLIENTELE_RETURN_IF_ERROR(SyncFolder(parent));
  return target;
}

}  // namespace

absl::StatusOr<fs::path> WriteBundle(const BundleWriterOptions& options,
                                     const torch::jit::Module& module, model::v1::Bundle manifest,
                                     const std::vector<BundleFile>& files,
                                     const std::vector<at::Tensor>& golden_inputs,
                                     const crypto::SigningKey& key) {
  return Write(options, module, std::move(manifest), files, golden_inputs, &key);
}

absl::StatusOr<fs::path> WriteUnsignedBundle(const BundleWriterOptions& options,
                                             const torch::jit::Module& module,
                                             model::v1::Bundle manifest,
                                             const std::vector<BundleFile>& files,
                                             const std::vector<at::Tensor>& golden_inputs) {
  return Write(options, module, std::move(manifest), files, golden_inputs, nullptr);
}

absl::Status SignBundle(const fs::path& folder, const crypto::SigningKey& key) {
  std::error_code error;
  const fs::path dir = fs::canonical(folder, error);
  if (error) return NotFound("the bundle's folder");
  CLIENTELE_ASSIGN_OR_RETURN(const std::string json, ReadFile(dir / kManifestFile));
  CLIENTELE_ASSIGN_OR_RETURN(model::v1::Bundle manifest, ParseManifest(json));
  manifest.set_name(dir.parent_path().filename().string());
  manifest.set_version(dir.filename().string());
  CLIENTELE_RETURN_IF_ERROR(CheckInterface(manifest, manifest.name(), manifest.version()));

  manifest.clear_files();
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::string> paths, ListFiles(dir));
  std::string model;
  for (const std::string& path : paths) {
    CLIENTELE_ASSIGN_OR_RETURN(std::string content, ReadFile(dir / path));
    AddFile(manifest, path, content);
    if (path == kModelFile) model = std::move(content);
  }
  std::vector<at::Tensor> inputs;
  if (manifest.golden().inputs_size() > 0 &&
      manifest.golden().inputs_size() == manifest.inputs_size()) {
    for (int i = 0; i < manifest.inputs_size(); ++i) {
      CLIENTELE_ASSIGN_OR_RETURN(at::Tensor input, FromTensorValue(manifest.golden().inputs(i),
                                                                   manifest.inputs(i).dtype()));
      inputs.push_back(std::move(input));
    }
  } else {
    try {
      const std::int32_t tokens = manifest.limits().max_tokens();
      inputs = ExampleInputs(manifest, 2, tokens > 0 ? std::min(8, tokens) : kExampleImageSide);
    } catch (const std::exception&) {
      return InvalidField("inputs", "examples of these shapes cannot be made: give golden.inputs");
    }
  }
  CLIENTELE_RETURN_IF_ERROR(
      FillGolden(model, inputs, BundleWriterOptions().golden_tolerance, manifest));
  SetCreateTime(manifest);
  CLIENTELE_RETURN_IF_ERROR(CheckManifest(manifest, manifest.name(), manifest.version()));

  CLIENTELE_ASSIGN_OR_RETURN(const std::string signed_json, WriteManifest(manifest));
  CLIENTELE_RETURN_IF_ERROR(ReplaceFile(dir / kManifestFile, signed_json));
  CLIENTELE_RETURN_IF_ERROR(ReplaceFile(dir / kSignatureFile, key.Sign(signed_json)));
  return VerifyBundle(dir, key.public_key());
}

absl::Status VerifyBundle(const fs::path& dir, const crypto::PublicKey& key) {
  return Verify(ModelBundle::Open(dir, key));
}

absl::Status VerifyUnsignedBundle(const fs::path& dir) {
  return Verify(ModelBundle::OpenUnsigned(dir));
}

}  // namespace clientele::inference

#include "common/inference/bundle/model_bundle.h"

#include <algorithm>
#include <fstream>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/crypto/digest.h"
#include "common/inference/bundle/manifest.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::inference {
namespace fs = std::filesystem;
namespace {

// A raw Ed25519 signature is 64 bytes; nothing near a kibibyte is one.
constexpr std::int64_t kMaxSignatureBytes = 1024;

// So that the last two components are <name>/<version>.
fs::path WithoutTrailingSlash(const fs::path& folder) {
  std::error_code error;
  const fs::path absolute = fs::absolute(folder, error).lexically_normal();
  return absolute.has_filename() ? absolute : absolute.parent_path();
}

bool IsInside(const fs::path& path, const fs::path& dir) {
  const auto [end, unused] = std::mismatch(dir.begin(), dir.end(), path.begin(), path.end());
  return end == dir.end();
}

// The real path of `dir`/`relative`, when it is a regular file of an acceptable
// size that no symbolic link takes out of the folder.
absl::StatusOr<fs::path> Resolve(const fs::path& dir, const std::string& relative,
                                 std::int64_t max_bytes) {
  std::error_code error;
  const fs::path root = fs::canonical(dir, error);
  if (error)
    return WithReason(absl::NotFoundError("the version's folder is gone"), reason::kNotFound);
  const fs::path path = fs::canonical(root / relative, error);
  if (error) return absl::NotFoundError(absl::StrCat(relative, " is missing"));
  if (!IsInside(path, root)) {
    return absl::PermissionDeniedError(absl::StrCat(relative, " is a link out of the folder"));
  }
  if (!fs::is_regular_file(path, error)) {
    return absl::DataLossError(absl::StrCat(relative, " is not a regular file"));
  }
  const auto size = fs::file_size(path, error);
  if (error) return absl::DataLossError(absl::StrCat(relative, " cannot be read"));
  if (size > static_cast<std::uintmax_t>(max_bytes)) {
    return absl::ResourceExhaustedError(
        absl::StrCat(relative, " has ", size, " bytes; at most ", max_bytes, " are accepted"));
  }
  return path;
}

absl::StatusOr<std::string> ReadWhole(const fs::path& dir, const std::string& relative,
                                      std::int64_t max_bytes) {
  CLIENTELE_ASSIGN_OR_RETURN(const fs::path path, Resolve(dir, relative, max_bytes));
  std::ifstream in(path, std::ios::binary);
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (!in || error) return absl::DataLossError(absl::StrCat(relative, " cannot be read"));
  std::string content(size, '\0');
  in.read(content.data(), static_cast<std::streamsize>(size));
  if (in.gcount() != static_cast<std::streamsize>(size)) {
    return absl::DataLossError(absl::StrCat(relative, " changed while it was read"));
  }
  return content;
}

absl::Status CheckFile(const fs::path& dir, const model::v1::File& file, std::int64_t max_bytes) {
  auto path = Resolve(dir, file.path(), max_bytes);
  if (absl::IsNotFound(path.status())) {
    return absl::DataLossError(
        absl::StrCat(file.path(), " is listed in bundle.json but missing: copy the bundle again"));
  }
  if (!path.ok()) return path.status();
  std::error_code error;
  const auto size = fs::file_size(*path, error);
  if (error || size != static_cast<std::uintmax_t>(file.size())) {
    return absl::DataLossError(absl::StrCat(file.path(), " has ", error ? 0 : size,
                                            " bytes, bundle.json says ", file.size(),
                                            ": copy the bundle again"));
  }
  const auto sha256 = crypto::Sha256HexOfFile(*path);
  if (!sha256.ok()) return absl::DataLossError(absl::StrCat(file.path(), " cannot be read"));
  if (*sha256 != file.sha256()) {
    return absl::DataLossError(absl::StrCat(
        file.path(), " does not have the SHA-256 of bundle.json: copy the bundle again"));
  }
  return absl::OkStatus();
}

absl::Status CheckSignature(const fs::path& dir, const std::string& json,
                            const crypto::PublicKey& key) {
  const auto signature = ReadWhole(dir, kSignatureFile, kMaxSignatureBytes);
  if (absl::IsNotFound(signature.status())) {
    return WithReason(absl::UnauthenticatedError(
                          "bundle.sig is missing: sign the bundle with clientele-models sign"),
                      reason::kUnauthenticated);
  }
  if (!signature.ok()) return signature.status();
  if (!key.Verify(json, *signature)) {
    return WithReason(
        absl::UnauthenticatedError("bundle.sig does not hold for bundle.json under the configured "
                                   "public key: sign the bundle again, or configure its key"),
        reason::kUnauthenticated);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ModelBundle> ModelBundle::Open(const fs::path& folder, const crypto::PublicKey& key,
                                              BundleLimits limits) {
  return OpenWith(folder, &key, limits);
}

absl::StatusOr<ModelBundle> ModelBundle::OpenUnsigned(const fs::path& folder, BundleLimits limits) {
  return OpenWith(folder, nullptr, limits);
}

absl::StatusOr<ModelBundle> ModelBundle::OpenWith(const fs::path& folder,
                                                  const crypto::PublicKey* key,
                                                  BundleLimits limits) {
  const fs::path dir = WithoutTrailingSlash(folder);
  const std::string version = dir.filename().string();
  const std::string name = dir.parent_path().filename().string();
  if (!IsBundleName(name) || !ParseVersion(version)) {
    return absl::InvalidArgumentError(
        "a bundle's folder is named <name>/<version>, the version digits only");
  }

  CLIENTELE_ASSIGN_OR_RETURN(const std::string json,
                             ReadWhole(dir, kManifestFile, limits.max_manifest_bytes));
  if (key != nullptr) CLIENTELE_RETURN_IF_ERROR(CheckSignature(dir, json, *key));
  CLIENTELE_ASSIGN_OR_RETURN(model::v1::Bundle manifest, ParseManifest(json));
  if (manifest.files_size() > limits.max_files) {
    return absl::ResourceExhaustedError(
        absl::StrCat("bundle.json lists more than ", limits.max_files, " files"));
  }
  CLIENTELE_RETURN_IF_ERROR(CheckManifest(manifest, name, version));
  for (const model::v1::File& file : manifest.files()) {
    CLIENTELE_RETURN_IF_ERROR(CheckFile(dir, file, limits.max_file_bytes));
  }

  ModelBundle bundle;
  bundle.dir_ = dir;
  bundle.id_ = absl::StrCat(name, "/", version);
  bundle.manifest_ = std::make_shared<const model::v1::Bundle>(std::move(manifest));
  return bundle;
}

absl::StatusOr<const model::v1::File*> ModelBundle::Find(absl::string_view path) const {
  for (const model::v1::File& file : manifest_->files()) {
    if (file.path() == path) return &file;
  }
  return NotFound(absl::StrCat("bundles/", id_, "/", path));
}

absl::Status ModelBundle::Changed(absl::string_view path) const {
  return WithReason(
      absl::DataLossError(absl::StrCat(path, " of ", id_, " changed on disk after it was checked")),
      reason::kDataLoss);
}

absl::StatusOr<std::string> ModelBundle::ReadFile(absl::string_view path) const {
  CLIENTELE_ASSIGN_OR_RETURN(const model::v1::File* file, Find(path));
  auto content = ReadWhole(dir_, file->path(), file->size());
  if (!content.ok() || crypto::Sha256Hex(*content) != file->sha256()) return Changed(path);
  return content;
}

absl::StatusOr<std::unique_ptr<OnePassBuffer>> ModelBundle::ReadLargeFile(
    absl::string_view path) const {
  CLIENTELE_ASSIGN_OR_RETURN(const model::v1::File* file, Find(path));
  const auto real = Resolve(dir_, file->path(), file->size());
  if (!real.ok()) return Changed(path);
  auto buffer = OnePassBuffer::Read(*real, static_cast<std::size_t>(file->size()));
  if (absl::IsResourceExhausted(buffer.status())) return buffer.status();
  if (!buffer.ok() || crypto::Sha256Hex((*buffer)->content()) != file->sha256()) {
    return Changed(path);
  }
  return buffer;
}

}  // namespace clientele::inference

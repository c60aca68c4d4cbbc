#ifndef CLIENTELE_COMMON_INFERENCE_BUNDLE_MODEL_BUNDLE_H_
#define CLIENTELE_COMMON_INFERENCE_BUNDLE_MODEL_BUNDLE_H_

// A model bundle on disk whose signature, manifest and files have been checked.
//
//   CLIENTELE_ASSIGN_OR_RETURN(ModelBundle bundle, ModelBundle::Open(dir, key));
//   CLIENTELE_ASSIGN_OR_RETURN(std::string items, bundle.ReadFile("items.json"));
//
// A model file is code, so nothing of a folder is used before its Ed25519
// signature (bundle.sig over the exact bytes of bundle.json) holds, and no file
// is used that the manifest does not list with its size and SHA-256.
//
// Order of the checks: names and sizes -> signature -> manifest -> every file.
// A value type; thread-safe. No torch here.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clientele/model/v1/bundle.pb.h"

#include "common/crypto/signing.h"
#include "common/inference/bundle/one_pass_buffer.h"

namespace clientele::inference {

inline constexpr char kManifestFile[] = "bundle.json";
inline constexpr char kSignatureFile[] = "bundle.sig";
inline constexpr char kModelFile[] = "model.pt";

// Bounds on what is read from a model folder before it is trusted.
struct BundleLimits {
  // bundle.json, bytes.
  std::int64_t max_manifest_bytes = 32 << 20;
  // Each listed file, bytes.
  std::int64_t max_file_bytes = std::int64_t{16} << 30;
  // Listed files.
  int max_files = 256;
};

class ModelBundle {
 public:
  // Opens and checks <...>/<name>/<version>. Nothing is loaded or run. Errors:
  // NOT_FOUND (no such folder or bundle.json), UNAUTHENTICATED (bundle.sig is
  // missing or does not hold), INVALID_ARGUMENT (manifest), DATA_LOSS (a file is
  // missing or differs from the manifest), PERMISSION_DENIED (a path leaves the
  // folder), RESOURCE_EXHAUSTED (a size limit).
  static absl::StatusOr<ModelBundle> Open(const std::filesystem::path& folder,
                                          const crypto::PublicKey& key, BundleLimits limits = {});
  // As Open(), but looks at no signature: for tools that a person runs. What it opens may be
  // anyone's code, so a service never calls it.
  static absl::StatusOr<ModelBundle> OpenUnsigned(const std::filesystem::path& folder,
                                                  BundleLimits limits = {});

  const model::v1::Bundle& manifest() const { return *manifest_; }
  // "name/version".
  const std::string& id() const { return id_; }
  const std::filesystem::path& dir() const { return dir_; }

  // The content of a listed file; its hash is checked again, because the folder
  // may have changed since Open(). NOT_FOUND for a path that is not listed.
  absl::StatusOr<std::string> ReadFile(absl::string_view path) const;
  // The same for a large file that is copied out of memory once.
  absl::StatusOr<std::unique_ptr<OnePassBuffer>> ReadLargeFile(absl::string_view path) const;

 private:
  ModelBundle() = default;
  static absl::StatusOr<ModelBundle> OpenWith(const std::filesystem::path& folder,
                                              const crypto::PublicKey* key, BundleLimits limits);
  absl::StatusOr<const model::v1::File*> Find(absl::string_view path) const;
  absl::Status Changed(absl::string_view path) const;

  std::filesystem::path dir_;
  std::string id_;
  std::shared_ptr<const model::v1::Bundle> manifest_;
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_BUNDLE_MODEL_BUNDLE_H_

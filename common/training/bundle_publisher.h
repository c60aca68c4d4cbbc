#ifndef CLIENTELE_COMMON_TRAINING_BUNDLE_PUBLISHER_H_
#define CLIENTELE_COMMON_TRAINING_BUNDLE_PUBLISHER_H_

// Gives what a training made to the services: the next version of a bundle, signed.
//
//   const BundlePublisher publisher(model_dir, key, clock);
//   CLIENTELE_ASSIGN_OR_RETURN(const std::string id, publisher.ReserveVersion("churn"));
//   CLIENTELE_RETURN_IF_ERROR(publisher.Publish(id, module, manifest, files, golden_inputs));
//
// Borrows the clock. Thread-safe, also among processes that share the folder.

#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clientele/model/v1/bundle.pb.h"

#include "common/crypto/signing.h"
#include "common/inference/torchscript/bundle_writer.h"
#include "common/time/clock.h"

namespace torch::jit {
struct Module;
}  // namespace torch::jit

namespace clientele::training {

// Of each bundle, as many versions are kept aside.
inline constexpr std::size_t kKeptAsideVersions = 3;

class BundlePublisher {
 public:
  // Of each bundle that it publishes the `keep_versions` newest stay, see bundle_retention.h; 0:
  // all.
  BundlePublisher(std::filesystem::path model_dir, crypto::SigningKey key, const Clock* clock,
                  std::size_t keep_versions = 0)
      : model_dir_(std::move(model_dir)),
        key_(std::move(key)),
        clock_(clock),
        keep_versions_(keep_versions) {}

  // "name/version", which no one else is given: the version is the time, yyyymmddhhmmss in UTC, or
  // one more than the newest version that stands, is kept aside or is reserved. A reservation (a
  // hidden folder) ends with Publish, or with the first writing of that bundle a day later.
  // INVALID_ARGUMENT for a wrong name, INTERNAL when the folder cannot be written.
  absl::StatusOr<std::string> ReserveVersion(absl::string_view name) const;

  // Writes <model_dir>/<name>/<version> with common/inference/torchscript/bundle_writer.h: whole or
  // not at all, with its errors (ALREADY_EXISTS when that version stands). Name and version of the
  // manifest are set from `model_id`.
  absl::Status Publish(absl::string_view model_id, const torch::jit::Module& module,
                       model::v1::Bundle manifest, const std::vector<inference::BundleFile>& files,
                       const std::vector<at::Tensor>& golden_inputs) const;

  // As Publish, but for no service to find: the bundle is kept with `reason` where
  // common/inference/versions/kept_aside.h says. Of each bundle the kKeptAsideVersions newest stay.
  absl::Status KeepAside(absl::string_view model_id, absl::string_view reason,
                         const torch::jit::Module& module, model::v1::Bundle manifest,
                         std::vector<inference::BundleFile> files,
                         const std::vector<at::Tensor>& golden_inputs) const;

 private:
  absl::Status Write(const std::filesystem::path& model_dir, std::size_t keep_versions,
                     absl::string_view model_id, const torch::jit::Module& module,
                     model::v1::Bundle manifest, const std::vector<inference::BundleFile>& files,
                     const std::vector<at::Tensor>& golden_inputs) const;

  const std::filesystem::path model_dir_;
  const crypto::SigningKey key_;
  const Clock* const clock_;
  const std::size_t keep_versions_;
};

}  // namespace clientele::training

#endif  // CLIENTELE_COMMON_TRAINING_BUNDLE_PUBLISHER_H_

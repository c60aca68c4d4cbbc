#ifndef CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_BUNDLE_WRITER_H_
#define CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_BUNDLE_WRITER_H_

// Writes and signs model bundles.
//
//   model::v1::Bundle manifest;            // name, version, task, inputs, outputs, ...
//   CLIENTELE_ASSIGN_OR_RETURN(
//       std::filesystem::path dir,
//       WriteBundle({.model_dir = out}, module, manifest, {{"items.json", json}},
//                   {ids, mask}, signing_key));
//
// The bundle appears under its name complete or not at all: it is written into a
// hidden sibling folder, flushed to disk, opened and checked like a service would,
// and renamed. Functions are thread-safe.

#include <filesystem>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clientele/model/v1/bundle.pb.h"

#include "common/crypto/signing.h"

namespace torch::jit {
struct Module;
}  // namespace torch::jit

namespace clientele::inference {

struct BundleWriterOptions {
  // <model_dir>/<name>/<version> is made; missing parents too.
  std::filesystem::path model_dir = {};
  // Largest allowed |a-b| / (1 + |b|) when the golden examples are replayed, used
  // where the manifest sets none.
  double golden_tolerance = 1e-4;
};

// A file beside model.pt.
struct BundleFile {
  // Relative, without "..", such as "items.json".
  std::string path;
  std::string content;
};

// Writes <model_dir>/<name>/<version> and returns that folder. The caller fills
// name, version, task, inputs, outputs, limits, tokenizer and the descriptive
// fields of the manifest; files, hashes, sizes, golden and a missing create_time are
// filled here (set create_time for reproducible bytes).
// `golden_inputs` are the tensors of the task's own method, few rows: they are run
// through the saved module and kept with their outputs (at most 1,000,000 values
// altogether).
//
// Errors: ALREADY_EXISTS (that version exists; nothing is changed),
// INVALID_ARGUMENT (manifest, paths or golden inputs break the contract),
// INTERNAL (the module fails, or the disk does).
absl::StatusOr<std::filesystem::path> WriteBundle(const BundleWriterOptions& options,
                                                  const torch::jit::Module& module,
                                                  model::v1::Bundle manifest,
                                                  const std::vector<BundleFile>& files,
                                                  const std::vector<at::Tensor>& golden_inputs,
                                                  const crypto::SigningKey& key);

// As WriteBundle, without a signature: services refuse the bundle until it is signed
// (SignBundle, or `clientele-models sign`).
absl::StatusOr<std::filesystem::path> WriteUnsignedBundle(
    const BundleWriterOptions& options, const torch::jit::Module& module,
    model::v1::Bundle manifest, const std::vector<BundleFile>& files,
    const std::vector<at::Tensor>& golden_inputs);

// Completes and signs a folder <name>/<version> made by other means: it holds
// model.pt, other files and a bundle.json without `files` and `golden.outputs`.
// Lists and hashes every file, runs golden.inputs (made from the input specs when
// there are none), writes bundle.json and bundle.sig, and checks the result.
absl::Status SignBundle(const std::filesystem::path& dir, const crypto::SigningKey& key);

// Opens, loads and replays a bundle as a service would: OK, or why it would be
// rejected.
absl::Status VerifyBundle(const std::filesystem::path& dir, const crypto::PublicKey& key);
// The same but for the signature, which is not looked at.
absl::Status VerifyUnsignedBundle(const std::filesystem::path& dir);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_BUNDLE_WRITER_H_

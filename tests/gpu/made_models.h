#ifndef CLIENTELE_TESTS_GPU_MADE_MODELS_H_
#define CLIENTELE_TESTS_GPU_MADE_MODELS_H_

// The models that are swapped, batched and measured: published architectures with random weights,
// which are deterministic. Bundles are written to a temporary folder when they are first asked for.
//
//   MadeModels models("cuda:0", /*small=*/false);
//   CLIENTELE_RETURN_IF_ERROR(models.WriteEncoder(1));
//   CLIENTELE_ASSIGN_OR_RETURN(const auto handle, models.ServeEncoder());
//
// Not thread-safe.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>
#include <torch/csrc/jit/api/module.h>

#include "absl/status/statusor.h"

#include "common/crypto/signing.h"
#include "common/inference/generation/generator_model.h"
#include "common/inference/versions/model_handle.h"
#include "common/modeling/architectures/architecture.h"
#include "tests/support/temporary_folder.h"

namespace clientele::gpu {

using EncoderHandle = inference::ModelHandle<inference::LoadedModel>;
using GeneratorHandle = inference::ModelHandle<inference::GeneratorModel>;

class MadeModels {
 public:
  // `small`: sizes for a CPU.
  MadeModels(std::string device, bool small)
      : device_(std::move(device)), small_(small), key_(crypto::SigningKey::Generate()) {}

  // A BERT (of MiniLM's size, unless small), a version for each number from 1 on, whose weights
  // differ.
  absl::Status WriteEncoder(int version);
  // The same name and version with `module` in place of the BERT: another model of the same task.
  absl::Status WriteEncoder(int version, const torch::jit::Module& module);
  // Serves "encoder"; looks at its folder when Refresh() is called.
  absl::StatusOr<std::unique_ptr<EncoderHandle>> ServeEncoder() const;
  // Which version serves, from the next Refresh() on.
  void PinEncoder(int version) const;

  // A small Qwen2 that generates.
  absl::StatusOr<std::unique_ptr<GeneratorHandle>> ServeGenerator();
  // Ids of its vocabulary.
  std::vector<std::int64_t> Prompt(std::int64_t length, int salt) const;

  // [rows, length] ids of the encoder, which are the same for one seed.
  at::Tensor Ids(std::int64_t rows, std::int64_t length, std::uint64_t seed) const;

  const std::string& device() const { return device_; }
  std::filesystem::path folder() const { return folder_.path(); }

 private:
  std::filesystem::path model_dir() const { return folder_.path() / "models"; }

  const std::string device_;
  const bool small_;
  const testing::TemporaryFolder folder_;
  const crypto::SigningKey key_;
};

// A module of a family with random weights, on the CPU, and its manifest; `config` is a
// config.json.
absl::StatusOr<modeling::BuiltModel> BuildRandom(const std::string& family,
                                                 const std::string& config, std::uint64_t seed);

// A generator whose module is in memory and was never written: `module` on `device`, without the
// checks of a version, for models that are too large to be written and read again.
absl::StatusOr<std::shared_ptr<const inference::GeneratorModel>> GeneratorInMemory(
    const modeling::BuiltModel& built, const std::filesystem::path& folder,
    const std::string& device, inference::Precision precision);

}  // namespace clientele::gpu

#endif  // CLIENTELE_TESTS_GPU_MADE_MODELS_H_

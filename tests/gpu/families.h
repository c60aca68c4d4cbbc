#ifndef CLIENTELE_TESTS_GPU_FAMILIES_H_
#define CLIENTELE_TESTS_GPU_FAMILIES_H_

// Every family of models that the suite builds, with outputs that a device must give again.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>
#include <torch/csrc/jit/api/module.h>

#include "absl/status/statusor.h"
#include "clientele/model/v1/bundle.pb.h"

#include "common/inference/bundle/runner_factory.h"
#include "common/inference/model_runner.h"
#include "tests/gpu/check.h"

namespace clientele::gpu {

// What a method gives for some inputs, on the CPU.
struct Example {
  // Where the outputs are from: "golden" (computed without this project's code, and stored beside
  // the weights), "bundle" (those of the manifest), or "cpu" (the plain module on the CPU).
  std::string origin;
  std::string method;
  std::vector<at::Tensor> inputs = {};
  std::vector<at::Tensor> outputs = {};  // an undefined one is not compared
};

struct Family {
  std::string name;
  model::v1::Bundle manifest = {};
  // Loads it; the options say where and how.
  std::function<absl::StatusOr<std::unique_ptr<inference::ModelRunner>>(
      const inference::RunnerOptions&)>
      load = {};
  // As it was saved, on the CPU.
  std::function<absl::StatusOr<torch::jit::Module>()> module = {};
  std::vector<Example> examples = {};
};

// Those of the repository's checkpoints, those of check.shared where they are there, and the other
// architectures with random weights. Bundles are written below check.models->folder(). An error
// names what could not be imported.
absl::StatusOr<std::vector<Family>> AllFamilies(const Check& check);

// Parts of it: what is imported, and modules that no checkpoint is published of.
absl::Status AddImportedFamilies(const Check& check, std::vector<Family>& families);
absl::Status AddModuleFamilies(std::vector<Family>& families);

}  // namespace clientele::gpu

#endif  // CLIENTELE_TESTS_GPU_FAMILIES_H_

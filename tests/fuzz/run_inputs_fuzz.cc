// The inputs of `clientele-models run`: a safetensors file for a small BERT. What is not refused,
// the module takes.
#include <cstdint>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <nlohmann/json.hpp>

#include "absl/strings/string_view.h"

#include "common/modeling/architectures/architecture.h"
#include "common/modeling/checkpoint/random_weights.h"
#include "common/modeling/checkpoint/safetensors.h"
#include "tests/fuzz/require.h"
#include "tools/clientele-models/run/run_inputs.h"

namespace {

using namespace clientele::modeling;  // NOLINT: the file is about these names
using namespace clientele::models;    // NOLINT: likewise

const BuiltModel& Model() {
  static const BuiltModel model = [] {
    Config config({{"hidden_size", 4},
                   {"num_attention_heads", 2},
                   {"num_hidden_layers", 1},
                   {"intermediate_size", 4},
                   {"vocab_size", 9},
                   {"max_position_embeddings", 16}},
                  "config.json");
    RandomWeights weights(1);
    return *FindFamily("bert").value()->build(config, weights, {});
  }();
  return model;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const absl::string_view content(reinterpret_cast<const char*>(data), size);
  const auto tensors = ParseSafetensors(content, "in.safetensors");
  if (!tensors.ok()) return 0;
  const BuiltModel& model = Model();
  const auto& method = model.manifest.reference();
  const auto inputs = ReadRunInputs(*tensors, "in.safetensors", method, model.manifest);
  if (!inputs.ok()) return 0;
  const at::NoGradGuard no_grad;
  std::vector<c10::IValue> stack(inputs->begin(), inputs->end());
  const c10::IValue output = model.module.get_method(method.name())(std::move(stack));
  const at::Tensor hidden = output.toTupleRef().elements()[0].toTensor();
  clientele::fuzz::Require(hidden.size(0) == (*inputs)[0].size(0), "each row has its states");
  clientele::fuzz::Require(hidden.size(1) == (*inputs)[0].size(1), "each token has its state");
  return 0;
}

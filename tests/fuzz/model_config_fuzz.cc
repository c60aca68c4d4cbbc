// A family's name, a line break and a config.json, as a downloaded folder brings them. Whatever it
// says is refused, or gives a module that runs and keeps its manifest.
#include <cstdint>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "absl/strings/string_view.h"

#include "common/modeling/architectures/architecture.h"
#include "common/modeling/checkpoint/json_file.h"
#include "common/modeling/checkpoint/random_weights.h"
#include "tests/fuzz/require.h"

namespace {

// Of all weights: a module is made in milliseconds.
constexpr std::int64_t kMaxBytes = 1 << 14;

void CheckReference(const clientele::modeling::BuiltModel& built) {
  const at::NoGradGuard no_grad;
  std::vector<c10::IValue> inputs;
  for (const auto& spec : built.manifest.reference().inputs()) {
    if (spec.name() == "pixel_values") {
      inputs.emplace_back(at::zeros({1, 3, 32, 32}));
    } else {
      inputs.emplace_back(spec.name() == "attention_mask" ? at::ones({1, 1}, at::kLong)
                                                          : at::zeros({1, 1}, at::kLong));
    }
  }
  const c10::IValue output = built.module.get_method("reference")(std::move(inputs));
  const at::Tensor first =
      output.isTensor() ? output.toTensor() : output.toTupleRef().elements()[0].toTensor();
  const auto& described = built.manifest.reference().outputs(0);
  clientele::fuzz::Require(first.dim() == described.shape_size(), "an output has its axes");
  for (int axis = 0; axis < described.shape_size(); ++axis) {
    clientele::fuzz::Require(
        described.shape(axis) == -1 || described.shape(axis) == first.size(axis),
        "an output has its shape");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace clientele::modeling;  // NOLINT: the file is about these names
  const absl::string_view content(reinterpret_cast<const char*>(data), size);
  const std::size_t line = content.find('\n');
  if (line == absl::string_view::npos) return 0;
  const auto family = FindFamily(content.substr(0, line));
  if (!family.ok()) return 0;
  const auto json = ParseJsonText(content.substr(line + 1), "config.json");
  if (!json.ok()) return 0;
  Config config(*json, "config.json");
  RandomWeights weights(1, kMaxBytes);
  const auto built = (*family)->build(config, weights, {});
  if (built.ok()) CheckReference(*built);
  return 0;
}

#include "common/training/tables/logistic_module.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"

#include "common/training/tables/field_codes_module.h"

namespace clientele::training {
namespace {

constexpr char kLogisticSource[] = R"(
def field_parts(self, features: Tensor) -> Tensor:
    return self.weights[self.codes(features)] + self.numbers(features) * self.slopes

def score(self, features: Tensor) -> Tuple[Tensor, Tensor]:
    margins = (self.field_parts(features).sum(1) + self.bias).unsqueeze(1)
    return (torch.sigmoid(margins), margins)

def contributions(self, features: Tensor) -> Tensor:
    parts = self.field_parts(features) - self.mean_parts
    bias = (self.bias + self.mean_parts.sum()).expand(features.size(0), 1)
    return torch.cat([parts, bias], 1).unsqueeze(1)
)";

at::Tensor VectorOf(const std::vector<double>& values) {
  at::Tensor tensor = at::empty({static_cast<std::int64_t>(values.size())}, at::kDouble);
  std::copy(values.begin(), values.end(), tensor.data_ptr<double>());
  return tensor;
}

}  // namespace

torch::jit::Module MakeLogisticModule(const frame::FieldCodes& codes,
                                      const LogisticWeights& weights,
                                      const frame::CodedRows& training) {
  const std::size_t fields = weights.slopes.size();
  std::vector<double> means(fields);
  for (std::size_t at = 0; at < training.codes.size(); ++at) {
    means[at % fields] += (weights.weights[static_cast<std::size_t>(training.codes[at])] +
                           weights.slopes[at % fields] * training.numbers[at]) /
                          static_cast<double>(training.rows);
  }
  torch::jit::Module module("LogisticRegression");
  AddFieldCodes(codes, module);
  module.register_buffer("weights", VectorOf(weights.weights));
  module.register_buffer("slopes", VectorOf(weights.slopes));
  module.register_buffer("bias", VectorOf({weights.bias}));
  module.register_buffer("mean_parts", VectorOf(means));
  module.define(absl::StrCat(kFieldCodesSource, kLogisticSource));
  return module;
}

}  // namespace clientele::training

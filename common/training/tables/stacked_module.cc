#include "common/training/tables/stacked_module.h"

#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace clientele::training {
namespace {

constexpr char kStackedSource[] = R"(
def score(self, features: Tensor) -> Tuple[Tensor, Tensor]:
    margins = torch.zeros([features.size(0), 1], dtype=features.dtype, device=features.device)
    margins = margins + self.intercept
$MARGINS    return (torch.sigmoid(margins), margins)

def contributions(self, features: Tensor) -> Tensor:
    total = torch.zeros([features.size(0), 1, features.size(1) + 1], dtype=features.dtype, device=features.device)
    total[:, :, -1] += self.intercept
$CONTRIBUTIONS    return total

def forward(self, features: Tensor) -> Tuple[Tensor, Tensor]:
    predictions, margins = self.score(features.double())
    return (predictions.float(), margins.float())
)";

}  // namespace

torch::jit::Module MakeStackedModule(const std::vector<StackedPart>& parts, double intercept) {
  torch::jit::Module module("StackedTable");
  module.register_attribute("intercept", c10::FloatType::get(), intercept);
  std::string margins;
  std::string contributions;
  for (std::size_t p = 0; p < parts.size(); ++p) {
    module.register_module(absl::StrCat("part", p), parts[p].module);
    module.register_attribute(absl::StrCat("weight", p), c10::FloatType::get(), parts[p].weight);
    absl::StrAppend(&margins, "    margins = margins + self.weight", p, " * self.part", p,
                    ".score(features)[1]\n");
    absl::StrAppend(&contributions, "    total = total + self.weight", p, " * self.part", p,
                    ".contributions(features)\n");
  }
  module.define(absl::StrReplaceAll(kStackedSource,
                                    {{"$MARGINS", margins}, {"$CONTRIBUTIONS", contributions}}));
  return module;
}

}  // namespace clientele::training

#include "common/modeling/trees/tree_module.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <torch/csrc/jit/frontend/resolver.h>
#include <torch/csrc/jit/frontend/sugared_value.h>

#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"

#include "common/inference/torchscript/tree_operators.h"

namespace clientele::modeling {
namespace {

// Lets a source call this project's operators as clientele.name(...).
class OperatorResolver final : public torch::jit::Resolver {
 public:
  std::shared_ptr<torch::jit::SugaredValue> resolveValue(
      const std::string& name, torch::jit::GraphFunction& m,
      const torch::jit::SourceRange& loc) override {
    if (name == "clientele") return std::make_shared<torch::jit::BuiltinModule>("clientele");
    return torch::jit::nativeResolver()->resolveValue(name, m, loc);
  }
  c10::TypePtr resolveType(const std::string& name, const torch::jit::SourceRange& loc) override {
    return torch::jit::nativeResolver()->resolveType(name, loc);
  }
};

constexpr char kSource[] = R"(
def score(self, features: Tensor) -> Tuple[Tensor, Tensor]:
    margins = clientele.tree_margins(features, self.nodes, self.values, self.categories, self.trees, self.base)
    predictions = $0
    return (predictions, margins)

def contributions(self, features: Tensor) -> Tensor:
    return clientele.tree_contributions(features, self.nodes, self.values, self.categories, self.trees, self.base)

def forward(self, features: Tensor) -> Tuple[Tensor, Tensor]:
    predictions, margins = self.score(features.double())
    return (predictions.float(), margins.float())
)";

absl::string_view LinkSource(TreeLink link) {
  switch (link) {
    case TreeLink::kIdentity:
      return "margins";
    case TreeLink::kSigmoid:
      return "torch.sigmoid(margins * self.link_scale)";
    case TreeLink::kSoftmax:
      return "torch.softmax(margins, 1)";
    case TreeLink::kArgmax:
      return "torch.argmax(margins, 1, True).double()";
    case TreeLink::kExp:
      return "torch.exp(margins)";
    case TreeLink::kStep:
      return "(margins > 0).double()";
    case TreeLink::kLogOnePlusExp:
      return "torch.log1p(torch.exp(margins))";
    case TreeLink::kSignedSquare:
      return "torch.sign(margins) * margins * margins";
  }
  return "margins";
}

// A copy that owns its memory.
template <class Element>
at::Tensor Copied(const std::vector<Element>& from, at::ScalarType type,
                  std::vector<std::int64_t> shape) {
  at::Tensor tensor = at::empty(shape, type);
  std::copy_n(reinterpret_cast<const std::uint8_t*>(from.data()), from.size() * sizeof(Element),
              static_cast<std::uint8_t*>(tensor.data_ptr()));
  return tensor;
}

}  // namespace

torch::jit::Module MakeTreeModule(const TreeEnsemble& ensemble) {
  inference::RegisterTreeOperators();
  const auto size = [](std::size_t count) { return static_cast<std::int64_t>(count); };
  torch::jit::Module module("TreeEnsemble");
  module.register_buffer("nodes",
                         Copied(ensemble.nodes, at::kInt, {size(ensemble.nodes.size()), 6}));
  module.register_buffer("values",
                         Copied(ensemble.values, at::kDouble, {size(ensemble.nodes.size()), 2}));
  module.register_buffer("categories",
                         Copied(ensemble.categories, at::kInt, {size(ensemble.categories.size())}));
  module.register_buffer("trees",
                         Copied(ensemble.trees, at::kInt, {size(ensemble.trees.size()), 2}));
  module.register_buffer("base", Copied(ensemble.base, at::kDouble, {size(ensemble.base.size())}));
  module.register_attribute("link_scale", c10::FloatType::get(), ensemble.link_scale);
  module.define(absl::StrReplaceAll(kSource, {{"$0", LinkSource(ensemble.link)}}),
                std::make_shared<OperatorResolver>());
  return module;
}

}  // namespace clientele::modeling

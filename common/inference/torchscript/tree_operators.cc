#include "common/inference/torchscript/tree_operators.h"

#include <cstdint>

#include <ATen/ATen.h>
#include <torch/library.h>

#include "common/inference/torchscript/kernels/tree_ensemble.h"

namespace clientele::inference {
namespace {

static_assert(sizeof(TreeNode) == 6 * sizeof(std::int32_t));
static_assert(sizeof(Tree) == 2 * sizeof(std::int32_t));

// The arrays of an ensemble, contiguous on the CPU, and a view of them.
class TreeTensors {
 public:
  TreeTensors(const at::Tensor& features, const at::Tensor& nodes, const at::Tensor& values,
              const at::Tensor& categories, const at::Tensor& trees, const at::Tensor& base)
      : features_(Checked(features, at::kDouble, 2, -1)),
        nodes_(Checked(nodes, at::kInt, 2, 6)),
        values_(Checked(values, at::kDouble, 2, 2)),
        categories_(Checked(categories, at::kInt, 1, -1)),
        trees_(Checked(trees, at::kInt, 2, 2)),
        base_(Checked(base, at::kDouble, 1, -1)) {
    const auto size = [](std::int64_t count) { return static_cast<std::size_t>(count); };
    view_.nodes = {reinterpret_cast<const TreeNode*>(nodes_.data_ptr<std::int32_t>()),
                   size(nodes_.size(0))};
    view_.values = {values_.data_ptr<double>(), size(values_.numel())};
    view_.categories = {
        reinterpret_cast<const std::uint32_t*>(categories_.data_ptr<std::int32_t>()),
        size(categories_.size(0))};
    view_.trees = {reinterpret_cast<const Tree*>(trees_.data_ptr<std::int32_t>()),
                   size(trees_.size(0))};
    view_.base = {base_.data_ptr<double>(), size(base_.size(0))};
    view_.features = features_.size(1);
  }

  const TreeEnsembleView& view() const { return view_; }
  const double* rows() const { return features_.data_ptr<double>(); }
  std::int64_t count() const { return features_.size(0); }

 private:
  // `width` of the last axis; -1 allows any.
  static at::Tensor Checked(const at::Tensor& tensor, at::ScalarType type, std::int64_t axes,
                            std::int64_t width) {
    TORCH_CHECK(tensor.scalar_type() == type && tensor.dim() == axes &&
                    (width < 0 || tensor.size(-1) == width),
                "a tensor of the trees has another type or shape");
    return tensor.to(at::kCPU).contiguous();
  }

  const at::Tensor features_;
  const at::Tensor nodes_;
  const at::Tensor values_;
  const at::Tensor categories_;
  const at::Tensor trees_;
  const at::Tensor base_;
  TreeEnsembleView view_;
};

at::Tensor RunTreeMargins(const at::Tensor& features, const at::Tensor& nodes,
                          const at::Tensor& values, const at::Tensor& categories,
                          const at::Tensor& trees, const at::Tensor& base) {
  const TreeTensors tensors(features, nodes, values, categories, trees, base);
  at::Tensor margins = at::empty({tensors.count(), tensors.view().groups()}, at::kDouble);
  TreeMargins(tensors.view(), tensors.rows(), tensors.count(), margins.data_ptr<double>());
  return margins.to(features.device());
}

at::Tensor RunTreeContributions(const at::Tensor& features, const at::Tensor& nodes,
                                const at::Tensor& values, const at::Tensor& categories,
                                const at::Tensor& trees, const at::Tensor& base) {
  const TreeTensors tensors(features, nodes, values, categories, trees, base);
  at::Tensor contributions = at::empty(
      {tensors.count(), tensors.view().groups(), tensors.view().features + 1}, at::kDouble);
  TreeContributions(tensors.view(), tensors.rows(), tensors.count(),
                    contributions.data_ptr<double>());
  return contributions.to(features.device());
}

}  // namespace

void RegisterTreeOperators() {
  static const torch::Library* const library = [] {
    auto* made =
        new torch::Library(torch::Library::FRAGMENT, "clientele", c10::nullopt, __FILE__, __LINE__);
    made->def(
        "tree_margins(Tensor features, Tensor nodes, Tensor values, Tensor categories, Tensor "
        "trees, Tensor base) -> Tensor",
        RunTreeMargins);
    made->def(
        "tree_contributions(Tensor features, Tensor nodes, Tensor values, Tensor categories, "
        "Tensor trees, Tensor base) -> Tensor",
        RunTreeContributions);
    return made;
  }();
  (void)library;
}

}  // namespace clientele::inference

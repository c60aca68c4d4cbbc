#include <algorithm>
#include <cstddef>
#include <exception>
#include <numeric>
#include <vector>

#include <ATen/ATen.h>
#include <torch/csrc/jit/runtime/graph_executor.h>

#include "services/recommend-service/training/sequence/sequence_training.h"

namespace clientele::recommend {
namespace {

constexpr std::size_t kVectorsAtOnce = 256;

}  // namespace

absl::StatusOr<at::Tensor> SequenceVectors(const torch::jit::Module& module,
                                           const ItemSequences& sequences,
                                           std::int64_t positions) try {
  const at::NoGradGuard no_gradients;
  const torch::jit::GraphOptimizerEnabledGuard without_optimizer(false);
  const auto length_of = [&](std::int64_t customer) {
    return std::min(static_cast<std::int64_t>(sequences.Of(customer).size()), positions);
  };
  // Side by side with those of the same length: nothing is filled up.
  std::vector<std::int64_t> order;
  for (std::int64_t customer = 0; customer < sequences.customers(); ++customer) {
    if (length_of(customer) > 0) order.push_back(customer);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::int64_t a, std::int64_t b) { return length_of(a) < length_of(b); });
  const std::int64_t width = module.attr("table").toTensor().size(1);
  at::Tensor vectors = at::zeros({sequences.customers(), width});
  for (std::size_t begin = 0; begin < order.size(); begin += kVectorsAtOnce) {
    const std::size_t end = std::min(order.size(), begin + kVectorsAtOnce);
    const auto rows = static_cast<std::int64_t>(end - begin);
    const std::int64_t longest = length_of(order[end - 1]);
    const at::Tensor items = at::zeros({rows, longest}, at::kLong);
    const at::Tensor lengths = at::empty({rows}, at::kLong);
    const at::Tensor customers = at::empty({rows}, at::kLong);
    for (std::int64_t row = 0; row < rows; ++row) {
      const std::int64_t customer = order[begin + static_cast<std::size_t>(row)];
      const absl::Span<const std::int32_t> own = sequences.Of(customer);
      const std::int64_t length = length_of(customer);
      std::copy(own.end() - length, own.end(), items.data_ptr<std::int64_t>() + row * longest);
      lengths.data_ptr<std::int64_t>()[row] = length;
      customers.data_ptr<std::int64_t>()[row] = customer;
    }
    vectors.index_copy_(0, customers, module.get_method("forward")({items, lengths}).toTensor());
  }
  return vectors;
} catch (const std::exception&) {
  return absl::InternalError("the sequence model failed on these sequences");
}

}  // namespace clientele::recommend

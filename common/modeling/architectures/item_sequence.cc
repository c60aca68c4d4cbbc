#include "common/modeling/architectures/item_sequence.h"

#include <cmath>
#include <string>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"

#include "common/modeling/architectures/module_source.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::modeling {
namespace {

constexpr std::int64_t kMaxSequenceItems = 16'000'000;
constexpr std::int64_t kMaxSequencePositions = 4096;
constexpr std::int64_t kMaxSequenceWidth = 4096;
constexpr std::int64_t kMaxSequenceLayers = 64;

constexpr char kSequenceLayer[] = R"py(
def forward(self, x: Tensor, bias: Tensor) -> Tensor:
    rows, length, width = x.size(0), x.size(1), x.size(2)
    h = torch.layer_norm(x, [width], self.norm1_weight, self.norm1_bias, 1e-5)
    h = torch.linear(h, self.attention_weight, self.attention_bias)
    qkv = h.view([rows, length, 3, self.heads, -1]).permute([2, 0, 3, 1, 4])
    a = torch.matmul(qkv[0], qkv[1].transpose(2, 3)) * self.scale + bias
    a = torch.dropout(torch.softmax(a, -1), self.dropout, self.training)
    h = torch.matmul(a, qkv[2]).transpose(1, 2).reshape([rows, length, width])
    h = torch.linear(h, self.output_weight, self.output_bias)
    x = x + torch.dropout(h, self.dropout, self.training)
    h = torch.layer_norm(x, [width], self.norm2_weight, self.norm2_bias, 1e-5)
    h = torch.relu(torch.linear(h, self.inner_weight, self.inner_bias))
    h = torch.linear(torch.dropout(h, self.dropout, self.training), self.outer_weight, self.outer_bias)
    return x + torch.dropout(h, self.dropout, self.training)
)py";

// -30000 is far below any score: exp() of it is 0.
constexpr char kSequenceRoot[] = R"py(
def states(self, items: Tensor) -> Tensor:
    length = items.size(1)
    x = torch.embedding(self.table, items) * self.table_scale + self.places[:length]
    x = torch.dropout(x, self.dropout, self.training)
    bias = torch.triu(torch.full([length, length], -30000.0, dtype=x.dtype, device=x.device), 1)
$0    return torch.layer_norm(x, [x.size(2)], self.norm_weight, self.norm_bias, 1e-5)

def forward(self, items: Tensor, lengths: Tensor) -> Tensor:
    x = self.states(items)
    last = (lengths - 1).view([-1, 1, 1]).expand([x.size(0), 1, x.size(2)])
    return torch.gather(x, 1, last).squeeze(1)
)py";

absl::Status CheckSequenceShape(const ItemSequenceShape& shape) {
  FieldViolations bad;
  const auto bounded = [&](const char* field, std::int64_t value, std::int64_t most) {
    if (value < 1 || value > most) {
      bad.Add(field, absl::StrCat("is ", value, "; it must be from 1 to ", most));
    }
  };
  bounded("items", shape.items, kMaxSequenceItems);
  bounded("positions", shape.positions, kMaxSequencePositions);
  bounded("width", shape.width, kMaxSequenceWidth);
  bounded("layers", shape.layers, kMaxSequenceLayers);
  if (shape.heads < 1 || shape.width % shape.heads != 0) {
    bad.Add("heads", absl::StrCat("is ", shape.heads, "; it must divide the width, ", shape.width));
  }
  if (!(shape.dropout >= 0 && shape.dropout < 1)) {
    bad.Add("dropout", absl::StrCat("is ", shape.dropout, "; it must be from 0 to below 1"));
  }
  return bad.ToStatus();
}

void SetDropout(torch::jit::Module& module, double dropout) {
  module.register_attribute("training", c10::BoolType::get(), false);
  SetFloat(module, "dropout", dropout);
}

}  // namespace

absl::StatusOr<torch::jit::Module> MakeItemSequence(const ItemSequenceShape& shape,
                                                    Weights& weights) {
  CLIENTELE_RETURN_IF_ERROR(CheckSequenceShape(shape));
  const std::int64_t width = shape.width, head_width = width / shape.heads;
  torch::jit::Module root("ItemSequence");
  TakeTensor(weights, root, "table", "items.weight", {shape.items, width});
  TakeTensor(weights, root, "places", "positions.weight", {shape.positions, width});
  SetDropout(root, shape.dropout);
  SetFloat(root, "table_scale", std::sqrt(static_cast<double>(width)));
  for (std::int64_t i = 0; i < shape.layers && weights.ok(); ++i) {
    torch::jit::Module layer("ItemSequenceLayer");
    const std::string at = absl::StrCat("layers.", i, ".");
    TakeLayerNorm(weights, layer, "norm1", at + "norm1", width);
    TakeLinear(weights, layer, "attention", at + "attention", 3 * width, width, /*bias=*/true);
    TakeLinear(weights, layer, "output", at + "output", width, width, /*bias=*/true);
    TakeLayerNorm(weights, layer, "norm2", at + "norm2", width);
    TakeLinear(weights, layer, "inner", at + "inner", width, width, /*bias=*/true);
    TakeLinear(weights, layer, "outer", at + "outer", width, width, /*bias=*/true);
    SetDropout(layer, shape.dropout);
    SetInt(layer, "heads", shape.heads);
    SetFloat(layer, "scale", 1 / std::sqrt(static_cast<double>(head_width)));
    if (!weights.ok()) break;
    layer.define(kSequenceLayer);
    root.register_module(absl::StrCat("layer", i), layer);
  }
  TakeLayerNorm(weights, root, "norm", "norm", width);
  CLIENTELE_RETURN_IF_ERROR(weights.Finish());
  root.define(
      absl::Substitute(kSequenceRoot, Unroll(shape.layers, "x = self.layer$0.forward(x, bias)")));
  return root;
}

}  // namespace clientele::modeling

#include "common/training/tables/field_network_module.h"

#include <cmath>
#include <numeric>
#include <random>
#include <string>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

#include "common/frame/shuffle.h"
#include "common/training/tables/field_codes_module.h"

namespace clientele::training {
namespace {

constexpr char kNetworkSource[] = R"(
def margins_of(self, codes: Tensor, numbers: Tensor) -> Tensor:
    rows = torch.embedding(self.table, codes) + numbers.unsqueeze(2) * self.slopes
    vectors = rows[:, :, 1:]
    margins = self.bias + rows[:, :, 0].sum(1)
$PAIRS    hidden = torch.dropout(vectors.flatten(1), $DROPOUT, self.training)
$LAYERS    return margins + torch.matmul(hidden, self.last).squeeze(1)

def score(self, features: Tensor) -> Tuple[Tensor, Tensor]:
    margins = self.margins_of(self.codes(features), self.numbers(features).float())
    margins = margins.double().unsqueeze(1)
    return (torch.sigmoid(margins), margins)

def contributions(self, features: Tensor) -> Tensor:
    reference = self.reference.unsqueeze(0)
    base = self.score(reference)[1]
    totals = torch.zeros_like(features)
    for p in range(self.orders.size(0)):
        row = reference.repeat(features.size(0), 1)
        before = base.repeat(features.size(0), 1).squeeze(1)
        for k in range(self.orders.size(1)):
            field = int(self.orders[p, k])
            row[:, field] = features[:, field]
            after = self.score(row)[1].squeeze(1)
            totals[:, field] += after - before
            before = after
    totals = totals / self.orders.size(0)
    return torch.cat([totals, base.repeat(features.size(0), 1)], 1).unsqueeze(1)
)";

// 1/2 (|sum v|^2 - sum |v|^2) is the sum over pairs (Rendle, Factorization machines, 2010).
constexpr char kPairsSource[] = R"(
    summed = vectors.sum(1)
    margins = margins + 0.5 * (summed * summed - (vectors * vectors).sum(1)).sum(1)
)";

at::Tensor PermutationOrders(std::int64_t fields, int permutations) {
  std::mt19937_64 random(17);
  std::vector<std::int64_t> order(static_cast<std::size_t>(fields));
  std::iota(order.begin(), order.end(), 0);
  at::Tensor orders = at::empty({2 * std::int64_t{permutations}, fields}, at::kLong);
  for (std::int64_t p = 0; p < permutations; ++p) {
    frame::Shuffle(order, random);
    for (std::int64_t k = 0; k < fields; ++k) {
      orders[2 * p][k] = order[static_cast<std::size_t>(k)];
      orders[2 * p + 1][fields - 1 - k] = order[static_cast<std::size_t>(k)];
    }
  }
  return orders;
}

}  // namespace

torch::jit::Module MakeFieldNetwork(const frame::FieldCodes& codes, const FieldNetworkShape& shape,
                                    const std::vector<double>& reference) {
  const auto fields = static_cast<std::int64_t>(codes.fields().size());
  torch::jit::Module module("FieldNetwork");
  module.register_attribute("training", c10::BoolType::get(), false);
  AddFieldCodes(codes, module);
  at::Tensor table = at::randn({codes.total(), shape.embedding + 1}) * 0.05;
  at::Tensor slopes = at::randn({fields, shape.embedding + 1}) * 0.05;
  table.select(1, 0).zero_();
  slopes.select(1, 0).zero_();
  module.register_parameter("table", table.requires_grad_(true), false);
  module.register_parameter("slopes", slopes.requires_grad_(true), false);
  module.register_parameter("bias", at::zeros({1}).requires_grad_(true), false);
  std::string layers;
  std::int64_t width = fields * shape.embedding;
  for (std::size_t i = 0; i < shape.hidden.size(); ++i) {
    const std::int64_t next = shape.hidden[i];
    // He et al., Delving deep into rectifiers, 2015.
    at::Tensor weight = at::randn({width, next}) * std::sqrt(2.0 / static_cast<double>(width));
    module.register_parameter(absl::StrCat("weight", i), weight.requires_grad_(true), false);
    module.register_parameter(absl::StrCat("bias", i), at::zeros({next}).requires_grad_(true),
                              false);
    absl::StrAppend(&layers, "    hidden = torch.relu(torch.addmm(self.bias", i,
                    ", hidden, self.weight", i,
                    "))\n    hidden = torch.dropout(hidden, $DROPOUT, self.training)\n");
    width = next;
  }
  at::Tensor last = at::randn({width, 1}) * std::sqrt(1.0 / static_cast<double>(width));
  module.register_parameter("last", last.requires_grad_(true), false);
  at::Tensor reference_row = at::empty({fields}, at::kDouble);
  std::copy(reference.begin(), reference.end(), reference_row.data_ptr<double>());
  module.register_buffer("reference", reference_row);
  module.register_buffer("orders", PermutationOrders(fields, shape.permutations));
  const std::string source = absl::StrReplaceAll(
      kNetworkSource, {{"$PAIRS", shape.factorization ? kPairsSource : ""}, {"$LAYERS", layers}});
  // In two steps: a layer has a dropout too.
  module.define(absl::StrCat(
      kFieldCodesSource, absl::StrReplaceAll(source, {{"$DROPOUT", absl::StrCat(shape.dropout)}})));
  return module;
}

}  // namespace clientele::training

#include "common/training/tables/field_codes_module.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include <ATen/ATen.h>

namespace clientele::training {

const char kFieldCodesSource[] = R"(
def codes(self, features: Tensor) -> Tensor:
    missing = torch.isnan(features)
    known = torch.where(missing, torch.zeros_like(features), features)
    bins = torch.searchsorted(self.edges, known.t().contiguous(), right=True).t() + 1
    index = torch.clamp(known, -1.0, 1.0e9).long()
    index = torch.where((index < 2) | (index >= self.categories), torch.ones_like(index), index)
    index = torch.where(index >= 2, torch.remainder(index - 2, self.buckets) + 2, index)
    code = torch.where(self.categorical, index, bins)
    return torch.where(missing, torch.zeros_like(code), code) + self.offsets

def numbers(self, features: Tensor) -> Tensor:
    known = torch.where(torch.isnan(features) | self.categorical, self.means, features)
    logs = torch.sign(known) * torch.log1p(torch.abs(known))
    plain = torch.where(self.logs, logs, known)
    scaled = (plain - self.means) / self.deviations
    scaled = torch.where(torch.isnan(features) | self.categorical, torch.zeros_like(scaled), scaled)
    return torch.clamp(scaled, -5.0, 5.0)
)";
static_assert(frame::FieldCodes::kMaxDeviations == 5);

void AddFieldCodes(const frame::FieldCodes& codes, torch::jit::Module& module) {
  const auto fields = static_cast<std::int64_t>(codes.fields().size());
  std::int64_t widest = 1;
  for (const auto& field : codes.fields()) {
    widest = std::max(widest, static_cast<std::int64_t>(field.binner.edges().size()));
  }
  at::Tensor edges =
      at::full({fields, widest}, std::numeric_limits<double>::infinity(), at::kDouble);
  at::Tensor categorical = at::empty({fields}, at::kBool);
  at::Tensor logs = at::empty({fields}, at::kBool);
  at::Tensor categories = at::empty({fields}, at::kLong);
  at::Tensor buckets = at::empty({fields}, at::kLong);
  at::Tensor offsets = at::empty({fields}, at::kLong);
  at::Tensor means = at::empty({fields}, at::kDouble);
  at::Tensor deviations = at::empty({fields}, at::kDouble);
  for (std::int64_t f = 0; f < fields; ++f) {
    const auto& field = codes.fields()[static_cast<std::size_t>(f)];
    const std::vector<double>& field_edges = field.binner.edges();
    std::copy(field_edges.begin(), field_edges.end(), edges.data_ptr<double>() + f * widest);
    categorical.data_ptr<bool>()[f] = field.categorical;
    logs.data_ptr<bool>()[f] = field.log;
    categories.data_ptr<std::int64_t>()[f] = field.categories;
    buckets.data_ptr<std::int64_t>()[f] =
        std::max<std::int64_t>(1, field.codes - frame::Vocabulary::kFirst);
    offsets.data_ptr<std::int64_t>()[f] = field.offset;
    means.data_ptr<double>()[f] = field.scaler.mean();
    deviations.data_ptr<double>()[f] = field.scaler.deviation();
  }
  module.register_buffer("edges", edges);
  module.register_buffer("categorical", categorical);
  module.register_buffer("logs", logs);
  module.register_buffer("categories", categories);
  module.register_buffer("buckets", buckets);
  module.register_buffer("offsets", offsets);
  module.register_buffer("means", means);
  module.register_buffer("deviations", deviations);
}

}  // namespace clientele::training

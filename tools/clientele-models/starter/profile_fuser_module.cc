#include "tools/clientele-models/starter/profile_fuser_module.h"

#include <array>
#include <cstddef>
#include <string>
#include <utility>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/inference/bundle/manifest.h"

namespace clientele::starter {
namespace {

struct Standard {
  float center = 0;
  float spread = 1;
};

// In the order of services/profile-service/core/features/behavior_vector.h; logarithms where that
// list has them.
constexpr std::array<Standard, 24> kShopStandards = {{
    {3.4F, 1.5F},    // recency_days
    {3.8F, 1.5F},    // purchase_recency_days
    {5.0F, 1.2F},    // tenure_days
    {2.0F, 1.0F},    // active_days
    {1.8F, 1.2F},    // purchase_lines
    {1.3F, 0.8F},    // purchase_days
    {4.5F, 2.0F},    // monetary_net
    {3.5F, 1.2F},    // average_basket
    {0.05F, 0.15F},  // return_rate
    {2.5F, 1.3F},    // views
    {1.2F, 1.0F},    // searches
    {1.2F, 1.0F},    // carts
    {0.25F, 0.25F},  // conversion
    {0.7F, 0.25F},   // category_entropy
    {0.45F, 0.25F},  // top_category_share
    {1.6F, 0.6F},    // distinct_categories
    {2.2F, 1.0F},    // distinct_items
    {0.5F, 0.35F},   // mobile_share
    {0.3F, 0.3F},    // app_share
    {0.28F, 0.2F},   // weekend_share
    {0.2F, 0.2F},    // night_share
    {2.0F, 2.0F},    // rating_mean
    {0.7F, 0.8F},    // messages
    {0.3F, 0.6F},    // social_posts
}};
constexpr std::array<float, 3> kBlockWeights = {1.0F, 1.0F, 1.0F};

constexpr char kSource[] = R"py(
def unit(self, rows: Tensor) -> Tensor:
    return rows / torch.clamp(torch.sqrt(torch.sum(rows * rows, [1], True)), min=1e-12)

def block(self, rows: Tensor, present: Tensor, index: int) -> Tensor:
    known = present[:, index:index + 1] > 0.5
    kept = torch.where(known, rows, torch.zeros_like(rows))
    return self.unit(kept) * self.weights[index]

def forward(self, behavior: Tensor, text: Tensor, image: Tensor, present: Tensor) -> Tensor:
    standard = (behavior - self.centers) / self.spreads
    blocks = [self.block(standard, present, 0), self.block(text, present, 1), self.block(image, present, 2)]
    return self.unit(torch.cat(blocks, 1))
)py";

std::vector<Standard> Standards(std::int64_t features) {
  if (features == static_cast<std::int64_t>(kShopStandards.size())) {
    return {kShopStandards.begin(), kShopStandards.end()};
  }
  return std::vector<Standard>(static_cast<std::size_t>(features));
}

std::pair<std::vector<float>, std::vector<float>> CentersAndSpreads(std::int64_t features) {
  std::pair<std::vector<float>, std::vector<float>> lists;
  for (const Standard& standard : Standards(features)) {
    lists.first.push_back(standard.center);
    lists.second.push_back(standard.spread);
  }
  return lists;
}

}  // namespace

torch::jit::Module MakeProfileFuser(const ProfileFuserSettings& settings) {
  const at::NoGradGuard no_grad;
  const auto [centers, spreads] = CentersAndSpreads(settings.behavior_features);
  torch::jit::Module module("StarterProfileFuser");
  module.register_buffer("centers", at::tensor(at::ArrayRef<float>(centers)));
  module.register_buffer("spreads", at::tensor(at::ArrayRef<float>(spreads)));
  module.register_buffer("weights", at::tensor(at::ArrayRef<float>(kBlockWeights)));
  module.define(kSource);
  module.eval();
  return module;
}

model::v1::Bundle DescribeProfileFuser(const ProfileFuserSettings& settings) {
  model::v1::Bundle manifest;
  manifest.set_task(model::v1::TASK_PROFILE_FUSER);
  manifest.set_architecture("starter-weighted-concatenation");
  manifest.set_description(
      "Standardized behavior, text and image vectors side by side by fixed formulas; nothing in "
      "it is learned. A starting point until a trained fuser is imported.");
  manifest.set_license("Apache-2.0");
  manifest.set_source("clientele-models starter");
  const std::pair<const char*, std::int64_t> inputs[] = {{"behavior", settings.behavior_features},
                                                         {"text", settings.text_dimensions},
                                                         {"image", settings.image_dimensions},
                                                         {"present", 3}};
  for (const auto& [name, length] : inputs) {
    inference::AddSpec(*manifest.mutable_inputs(), name, model::v1::DATA_TYPE_FLOAT32,
                       {-1, length});
  }
  inference::AddSpec(
      *manifest.mutable_outputs(), "profile", model::v1::DATA_TYPE_FLOAT32,
      {-1, settings.behavior_features + settings.text_dimensions + settings.image_dimensions});
  manifest.set_normalized(true);
  const auto [centers, spreads] = CentersAndSpreads(settings.behavior_features);
  auto& map = *manifest.mutable_settings();
  map["behavior_features"] = absl::StrCat(settings.behavior_features);
  map["behavior_centers"] = absl::StrJoin(centers, ",");
  map["behavior_spreads"] = absl::StrJoin(spreads, ",");
  map["block_weights"] = absl::StrJoin(kBlockWeights, ",");
  return manifest;
}

}  // namespace clientele::starter

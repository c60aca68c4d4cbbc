#include "services/profile-service/training/fuser/fuser_bundle.h"

#include <cstddef>
#include <utility>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clientele/model/v1/bundle.pb.h"

#include "common/inference/bundle/manifest.h"
#include "common/inference/torchscript/bundle_writer.h"
#include "services/profile-service/core/profiles/fuser_settings.h"
#include "services/profile-service/training/fuser/fuser_network.h"

namespace clientele::profile {
namespace {

constexpr std::int64_t kMostRows = 4096;
constexpr std::int64_t kScores = 2;

constexpr char kScoredSource[] = R"(
def scores(self, behavior: Tensor) -> Tensor:
    features = behavior.index_select(1, self.head_columns).double()
    churn = self.churn.score(features)[0]
    amount = torch.expm1(self.amount.score(features)[1]).clamp(min=0.0) * self.amount_scale
    return torch.cat([churn, (1.0 - churn) * amount], 1).float()

def forward(self, behavior: Tensor, text: Tensor, image: Tensor, present: Tensor) -> Tuple[Tensor, Tensor]:
    return (self.fuse(behavior, text, image, present), self.scores(behavior))
)";

torch::jit::Module MakeScoredFuser(const torch::jit::Module& network, const FuserHeads& heads) {
  torch::jit::Module module("ScoredFuser");
  for (const std::string& name : FuserWeights()) {
    module.register_buffer(name, network.attr(name).toTensor().detach().clone());
  }
  std::vector<std::int64_t> columns;
  for (const BehaviorFeature feature : heads.features) {
    columns.push_back(static_cast<std::int64_t>(feature));
  }
  module.register_buffer("head_columns", at::tensor(columns, at::kLong));
  module.register_attribute("amount_scale", c10::FloatType::get(), heads.amount_scale);
  module.register_module("churn", heads.churn);
  module.register_module("amount", heads.amount);
  module.define(absl::StrCat(kFuserMethods, kScoredSource));
  module.eval();
  return module;
}

// Customers who did something and nothing, with and without texts and pictures.
std::vector<at::Tensor> GoldenCustomers(const BehaviorVector& typical, std::int64_t text,
                                        std::int64_t image) {
  const auto features = static_cast<std::int64_t>(kBehaviorFeatures);
  const at::Tensor behavior = at::zeros({3, features});
  for (std::int64_t f = 0; f < features; ++f) {
    const float value = typical.data()[f];
    behavior[0][f] = value;
    behavior[1][f] = 0.5F * value;
  }
  const auto wave = [](std::int64_t columns) {
    const at::Tensor rows = at::sin(at::arange(3 * columns, at::kFloat) * 0.37F);
    const at::Tensor shaped = rows.reshape({3, columns});
    return at::Tensor(shaped / shaped.norm(2, 1, true));
  };
  const at::Tensor present = at::tensor({1, 1, 1, 1, 0, 0, 0, 0, 0}, at::kFloat).reshape({3, 3});
  return {behavior, wave(text) * present.slice(1, 1, 2), wave(image) * present.slice(1, 2, 3),
          present};
}

model::v1::Bundle Describe(const torch::jit::Module& network, const FuserBundleOptions& options) {
  model::v1::Bundle manifest;
  manifest.set_name(options.name);
  manifest.set_version(options.version);
  manifest.set_task(model::v1::TASK_PROFILE_FUSER);
  manifest.set_architecture("gated-fuser");
  manifest.set_description(options.description);
  manifest.set_license(options.license);
  manifest.set_source("clientele-models train --recipe");
  const auto rows_of = [&](const char* name) { return network.attr(name).toTensor().size(0); };
  const auto float32 = model::v1::DATA_TYPE_FLOAT32;
  inference::AddSpec(*manifest.mutable_inputs(), "behavior", float32,
                     {-1, static_cast<std::int64_t>(kBehaviorFeatures)});
  inference::AddSpec(*manifest.mutable_inputs(), "text", float32, {-1, rows_of("text_out")});
  inference::AddSpec(*manifest.mutable_inputs(), "image", float32, {-1, rows_of("image_out")});
  inference::AddSpec(*manifest.mutable_inputs(), "present", float32, {-1, 3});
  inference::AddSpec(*manifest.mutable_outputs(), "profile", float32,
                     {-1, network.attr("text_out").toTensor().size(1)});
  inference::AddSpec(*manifest.mutable_outputs(), "scores", float32, {-1, kScores});
  manifest.set_normalized(true);
  manifest.mutable_limits()->set_max_batch_rows(kMostRows);
  for (const auto& [name, value] : options.metrics) (*manifest.mutable_metrics())[name] = value;
  std::vector<std::string> names;
  for (const BehaviorFeatureInfo& info : kBehaviorFeatureList) names.emplace_back(info.id);
  auto& settings = *manifest.mutable_settings();
  for (const auto& [name, value] : options.settings) settings[name] = value;
  settings[kFeatureNamesSetting] = absl::StrJoin(names, ",");
  settings[kTypicalSetting] = absl::StrJoin(options.typical, ",");
  settings[kScoresSetting] = "churn,value";
  settings["score_days"] = absl::StrCat(options.days);
  return manifest;
}

}  // namespace

absl::StatusOr<std::filesystem::path> WriteFuserBundle(const torch::jit::Module& network,
                                                       const FuserHeads& heads,
                                                       const FuserBundleOptions& options) {
  const at::NoGradGuard no_grad;
  const torch::jit::Module module = MakeScoredFuser(network, heads);
  model::v1::Bundle manifest = Describe(network, options);
  const std::vector<at::Tensor> golden =
      GoldenCustomers(options.typical, manifest.inputs(1).shape(1), manifest.inputs(2).shape(1));
  const inference::BundleWriterOptions writer{.model_dir = options.out};
  if (options.key != nullptr) {
    return inference::WriteBundle(writer, module, std::move(manifest), {}, golden, *options.key);
  }
  return inference::WriteUnsignedBundle(writer, module, std::move(manifest), {}, golden);
}

}  // namespace clientele::profile

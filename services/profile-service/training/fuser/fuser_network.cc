#include "services/profile-service/training/fuser/fuser_network.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <ATen/ATen.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/optim/adamw.h>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "common/training/batch_order.h"
#include "common/training/loop.h"
#include "common/training/named_tensors.h"
#include "common/training/seeds.h"

namespace clientele::profile {

const char kFuserMethods[] = R"(
def unit(self, rows: Tensor) -> Tensor:
    return rows / torch.sqrt((rows * rows).sum(1, True) + 1e-12)

def parts(self, behavior: Tensor, text: Tensor, image: Tensor) -> Tensor:
    standard = ((behavior - self.centers) / self.spreads).clamp(-4.0, 4.0)
    hidden = torch.tanh(torch.matmul(standard, self.behavior_in) + self.behavior_bias)
    b = self.unit(torch.matmul(hidden, self.behavior_out))
    t = self.unit(torch.matmul(text, self.text_out) + self.text_bias)
    i = self.unit(torch.matmul(image, self.image_out) + self.image_bias)
    return torch.stack([b, t, i], 1)

def fuse(self, behavior: Tensor, text: Tensor, image: Tensor, present: Tensor) -> Tensor:
    rows = self.parts(behavior, text, image)
    known = present > 0.5
    gates = torch.exp((rows * self.gate_weights).sum(2) + self.gate_bias)
    gates = torch.where(known, gates, torch.zeros_like(gates))
    rows = torch.where(known.unsqueeze(2), rows, torch.zeros_like(rows))
    total = (rows * gates.unsqueeze(2)).sum(1) / gates.sum(1, True).clamp(min=1e-6)
    return self.unit(total)
)";

std::vector<std::string> FuserWeights() {
  return {"centers",   "spreads",   "behavior_in", "behavior_bias", "behavior_out", "text_out",
          "text_bias", "image_out", "image_bias",  "gate_weights",  "gate_bias"};
}

namespace {

constexpr double kTemperature = 0.07;
constexpr double kLeastSpread = 0.05;
// How much the parts of the loss count beside the next categories.
constexpr double kMaskedWeight = 0.3;
constexpr double kChurnWeight = 0.3;

at::Tensor Drawn(std::int64_t rows, std::int64_t columns) {
  return at::randn({rows, columns}) / std::sqrt(static_cast<double>(rows));
}

torch::jit::Module MakeNetwork(const FuserExamples& examples, const FuserNetworkOptions& options) {
  torch::jit::Module module("GatedFuser");
  const std::int64_t features = examples.behavior.size(1);
  const std::int64_t width = options.width;
  const at::Tensor known = at::nonzero(examples.present.select(1, 0) > 0.5).squeeze(1);
  const at::Tensor behavior = examples.behavior.index_select(0, known);
  // What hardly varies in the data is not blown up where it does.
  const at::Tensor spread = behavior.std(0).clamp_min(kLeastSpread);
  module.register_buffer("centers", behavior.mean(0));
  module.register_buffer(
      "spreads", at::where(behavior.std(0) < kLeastSpread, at::full_like(spread, 1.0), spread));
  const auto add = [&](const char* name, const at::Tensor& value) {
    module.register_parameter(name, value.clone().set_requires_grad(true), /*is_buffer=*/false);
  };
  add("behavior_in", Drawn(features, options.hidden));
  add("behavior_bias", at::zeros({options.hidden}));
  add("behavior_out", Drawn(options.hidden, width));
  add("text_out", Drawn(examples.text.size(1), width));
  add("text_bias", at::zeros({width}));
  add("image_out", Drawn(examples.image.size(1), width));
  add("image_bias", at::zeros({width}));
  add("gate_weights", at::zeros({3, width}));
  add("gate_bias", at::zeros({3}));
  add("to_category", Drawn(width, examples.categories.size(1)));
  add("to_behavior", Drawn(width, features));
  add("to_text", Drawn(width, examples.text.size(1)));
  add("to_image", Drawn(width, examples.image.size(1)));
  add("to_churn", at::zeros({width, 1}));
  add("churn_bias", at::zeros({1}));
  module.define(kFuserMethods);
  return module;
}

at::Tensor Indices(absl::Span<const std::size_t> rows) {
  at::Tensor index = at::empty({static_cast<std::int64_t>(rows.size())}, at::kLong);
  std::copy(rows.begin(), rows.end(), index.data_ptr<std::int64_t>());
  return index;
}

FuserExamples SelectIndex(const FuserExamples& from, const at::Tensor& index) {
  return {.behavior = from.behavior.index_select(0, index),
          .text = from.text.index_select(0, index),
          .image = from.image.index_select(0, index),
          .present = from.present.index_select(0, index),
          .targets = from.targets.index_select(0, index),
          .companies = from.companies.index_select(0, index),
          .churn = from.churn.index_select(0, index),
          .categories = from.categories};
}

at::Tensor Unit(const at::Tensor& rows) { return rows / rows.norm(2, 1, true).clamp_min(1e-6); }

at::Tensor Weight(const torch::jit::Module& module, const char* name) {
  return module.attr(name).toTensor();
}

// Leaves one of the parts of half of the customers out who have several.
at::Tensor LeavePartsOut(const at::Tensor& present) {
  const at::Tensor several = (present.sum(1) > 1.5).to(at::kFloat);
  const at::Tensor chosen = (at::rand_like(present) * present).argmax(1, true);
  const at::Tensor dropped = at::zeros_like(present).scatter_(1, chosen, 1.0);
  const at::Tensor half = (at::rand({present.size(0)}) < 0.5).to(at::kFloat) * several;
  return present - dropped * half.unsqueeze(1);
}

at::Tensor CategoryLogits(const torch::jit::Module& module, const FuserExamples& rows,
                          const at::Tensor& fused) {
  const at::Tensor told = Unit(at::matmul(fused, Weight(module, "to_category")));
  const at::Tensor logits = at::matmul(told, rows.categories.t()) / kTemperature;
  return logits.masked_fill(rows.companies < 0.5, -1e4);
}

at::Tensor CategoryLoss(const torch::jit::Module& module, const FuserExamples& rows,
                        const at::Tensor& fused) {
  const at::Tensor has = rows.targets.sum(1) > 0;
  const at::Tensor loss =
      -(rows.targets * at::log_softmax(CategoryLogits(module, rows, fused), 1)).sum(1);
  return at::where(has, loss, at::zeros_like(loss)).sum() / has.sum().clamp_min(1);
}

// The parts that were left out, among those of the batch.
at::Tensor MaskedLoss(const torch::jit::Module& module, const at::Tensor& parts,
                      const at::Tensor& left_out, const char* weight, const at::Tensor& fused) {
  const at::Tensor rows = at::nonzero(left_out > 0.5).squeeze(1);
  if (rows.size(0) < 2) return at::zeros({}, at::kFloat);
  const at::Tensor told = Unit(at::matmul(fused.index_select(0, rows), Weight(module, weight)));
  const at::Tensor truth = parts.index_select(0, rows);
  const at::Tensor logits = at::matmul(told, truth.t()) / kTemperature;
  return at::cross_entropy_loss(logits, at::arange(rows.size(0), at::kLong));
}

at::Tensor LossOf(torch::jit::Module& module, const FuserExamples& rows) {
  const at::Tensor present = LeavePartsOut(rows.present);
  const at::Tensor left_out = rows.present - present;
  const at::Tensor fused =
      module.get_method("fuse")({rows.behavior, rows.text, rows.image, present}).toTensor();
  const at::Tensor standard =
      ((rows.behavior - Weight(module, "centers")) / Weight(module, "spreads")).clamp(-4, 4);
  at::Tensor loss = CategoryLoss(module, rows, fused);
  loss =
      loss + kMaskedWeight *
                 (MaskedLoss(module, Unit(standard), left_out.select(1, 0), "to_behavior", fused) +
                  MaskedLoss(module, rows.text, left_out.select(1, 1), "to_text", fused) +
                  MaskedLoss(module, rows.image, left_out.select(1, 2), "to_image", fused));
  const at::Tensor known = rows.churn >= 0;
  const at::Tensor margins =
      (at::matmul(fused, Weight(module, "to_churn")) * 10 + Weight(module, "churn_bias"))
          .squeeze(1);
  const at::Tensor churn = at::binary_cross_entropy_with_logits(margins, rows.churn.clamp_min(0),
                                                                {}, {}, at::Reduction::None);
  return loss + kChurnWeight * at::where(known, churn, at::zeros_like(churn)).sum() /
                    known.sum().clamp_min(1);
}

}  // namespace

FuserExamples Select(const FuserExamples& examples, const std::vector<std::int64_t>& rows) {
  return SelectIndex(examples, at::tensor(rows, at::kLong));
}

absl::StatusOr<torch::jit::Module> TrainFuserNetwork(const FuserExamples& examples,
                                                     const FuserNetworkOptions& options) {
  const auto count = static_cast<std::size_t>(examples.present.size(0));
  if (count == 0) return absl::InvalidArgumentError("there are no customers to learn from");
  const torch::jit::GraphOptimizerEnabledGuard without_optimizer(false);
  training::RandomSource random(options.seed);
  torch::jit::Module module = MakeNetwork(examples, options);
  std::vector<at::Tensor> parameters;
  for (const at::Tensor& parameter : module.parameters()) parameters.push_back(parameter);
  torch::optim::AdamW optimizer(
      parameters,
      torch::optim::AdamWOptions(options.learning_rate).weight_decay(options.weight_decay));
  CLIENTELE_ASSIGN_OR_RETURN(
      training::BatchOrder order,
      training::BatchOrder::Create({.examples = count,
                                    .batch_size = static_cast<std::size_t>(options.batch),
                                    .seed = training::DeriveSeed(options.seed, 1)}));
  training::LoopCallbacks callbacks;
  callbacks.loss = [&](const training::Batch& batch) -> absl::StatusOr<at::Tensor> {
    return LossOf(module, SelectIndex(examples, Indices(batch.examples)));
  };
  std::int64_t told = -1;
  callbacks.progress = [&](const training::LoopProgress& at) -> absl::Status {
    const bool last = (at.step % order.steps_per_epoch()) == 0;
    if (options.progress && last && at.epoch != told) {
      told = at.epoch;
      options.progress(
          absl::StrCat("epoch ", at.epoch + 1, " of ", at.epochs, ": loss ", at.mean_loss));
    }
    return absl::OkStatus();
  };
  training::LoopOptions loop{.epochs = options.epochs, .max_gradient_norm = 1};
  CLIENTELE_RETURN_IF_ERROR(
      training::RunLoop(loop, training::StateOf(module), optimizer, order, random, callbacks)
          .status());
  for (at::Tensor parameter : module.parameters()) parameter.requires_grad_(false);
  return module;
}

absl::StatusOr<NextCategoryScore> EvaluateNextCategory(torch::jit::Module network,
                                                       const FuserExamples& training,
                                                       const FuserExamples& examples,
                                                       const at::Tensor& mask) {
  const at::NoGradGuard no_grad;
  const at::Tensor fit = ((examples.present * mask).sum(1) >= mask.sum() - 0.5)
                             .logical_and(examples.targets.sum(1) > 0);
  const at::Tensor index = at::nonzero(fit).squeeze(1);
  NextCategoryScore score{.customers = index.size(0)};
  if (score.customers == 0) return score;
  const FuserExamples rows = SelectIndex(examples, index);
  const at::Tensor fused =
      network.get_method("fuse")({rows.behavior, rows.text, rows.image, rows.present * mask})
          .toTensor();
  const at::Tensor logits = CategoryLogits(network, rows, fused);
  const auto hits = [&](const at::Tensor& scores) {
    const at::Tensor best = scores.argmax(1, true);
    return (rows.targets.gather(1, best) > 0).to(at::kFloat).mean().item<double>();
  };
  const at::Tensor popular =
      training.targets.sum(0).unsqueeze(0).expand_as(logits).masked_fill(rows.companies < 0.5, -1);
  score.hit = hits(logits);
  score.hit_popular = hits(popular);
  return score;
}

}  // namespace clientele::profile

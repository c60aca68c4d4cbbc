#include "services/qa-service/training/module_tuning.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/optim/adamw.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/status/status_macros.h"
#include "common/training/batch_order.h"
#include "common/training/learning_rate.h"
#include "common/training/named_tensors.h"
#include "common/training/seeds.h"
#include "services/qa-service/training/length_batches.h"

namespace clientele::qa {
namespace {

using SteadyClock = std::chrono::steady_clock;

std::string Duration(double seconds) {
  const auto whole = static_cast<std::int64_t>(seconds + 0.5);
  if (whole < 120) return absl::StrCat(whole, " s");
  if (whole < 7200) return absl::StrCat((whole + 30) / 60, " min");
  return absl::StrFormat("%.1f h", seconds / 3600);
}

// Lines about how far a training is. The time left is measured from this process's first step.
class TuningReport {
 public:
  explicit TuningReport(const TuningOptions& options) : options_(options) {}

  void Step(const training::LoopProgress& at) {
    const SteadyClock::time_point now = SteadyClock::now();
    if (first_step_ < 0) {
      first_step_ = at.step;
      start_ = last_ = now;
      return;
    }
    const bool epoch_ends = at.step % std::max<std::int64_t>(at.steps / at.epochs, 1) == 0;
    const std::chrono::duration<double> since = now - last_;
    if (!options_.progress || (!epoch_ends && since.count() < options_.report_every)) return;
    last_ = now;
    const std::chrono::duration<double> passed = now - start_;
    const double each = passed.count() / static_cast<double>(at.step - first_step_);
    options_.progress(absl::StrFormat("epoch %d of %d, step %d of %d: loss %.4f, at most %s left",
                                      at.epoch + 1, at.epochs, at.step, at.steps, at.mean_loss,
                                      Duration(each * static_cast<double>(at.steps - at.step))));
  }

 private:
  const TuningOptions& options_;
  std::int64_t first_step_ = -1;
  SteadyClock::time_point start_;
  SteadyClock::time_point last_;
};

std::unique_ptr<torch::optim::AdamW> MakeOptimizer(std::vector<TuningGroup>& groups) {
  using Options = torch::optim::AdamWOptions;
  std::vector<torch::optim::OptimizerParamGroup> made;
  made.reserve(groups.size());
  for (TuningGroup& group : groups) {
    for (at::Tensor& tensor : group.tensors) tensor.set_requires_grad(true);
    made.emplace_back(
        group.tensors,
        std::make_unique<Options>(Options(group.learning_rate).weight_decay(group.weight_decay)));
  }
  return std::make_unique<torch::optim::AdamW>(made);
}

}  // namespace

std::vector<at::Tensor> FloatTensors(const torch::jit::Module& module,
                                     absl::Span<const std::string> without) {
  std::vector<at::Tensor> tensors;
  for (const training::NamedTensor& each : training::StateOf(module)) {
    const bool left_out = std::any_of(without.begin(), without.end(), [&](const std::string& part) {
      return absl::StrContains(each.name, part);
    });
    if (!left_out && each.tensor.is_floating_point()) tensors.push_back(each.tensor);
  }
  return tensors;
}

std::vector<at::Tensor> FloatTensorsNamed(const torch::jit::Module& module,
                                          absl::string_view part) {
  std::vector<at::Tensor> tensors;
  for (const training::NamedTensor& each : training::StateOf(module)) {
    if (absl::StrContains(each.name, part) && each.tensor.is_floating_point()) {
      tensors.push_back(each.tensor);
    }
  }
  return tensors;
}

absl::StatusOr<training::LoopResult> TuneModule(const torch::jit::Module& module,
                                                std::vector<TuningGroup> groups,
                                                absl::Span<const std::int64_t> lengths,
                                                const TuningCallbacks& callbacks,
                                                const TuningOptions& options) {
  training::RandomSource random(options.seed);
  const std::vector<training::NamedTensor> state = training::StateOf(module);
  const auto optimizer = MakeOptimizer(groups);
  // An example of the loop is a batch of examples of similar length.
  std::vector<std::vector<std::size_t>> batches =
      LengthBatches(lengths, options.batch_examples, options.seed);
  std::int64_t batches_of = -1;
  CLIENTELE_ASSIGN_OR_RETURN(
      training::BatchOrder order,
      training::BatchOrder::Create(
          {.examples = batches.size(), .batch_size = 1, .seed = options.seed}));
  const std::int64_t steps = order.steps_per_epoch() * options.epochs;
  const auto warm_up = static_cast<std::int64_t>(options.warm_up * static_cast<double>(steps));
  training::LoopOptions loop = {.epochs = options.epochs,
                                .max_gradient_norm = options.max_gradient_norm,
                                .schedule = training::LearningRateSchedule::WarmUpLinear(
                                    std::max<std::int64_t>(warm_up, 1), steps),
                                .checkpoints = options.checkpoints,
                                .checkpoint_every = options.checkpoint_every,
                                .fingerprint = options.fingerprint};
  TuningReport report(options);
  training::LoopCallbacks steps_of_loop;
  steps_of_loop.loss = [&](const training::Batch& batch) {
    if (batch.epoch != batches_of) {
      batches_of = batch.epoch;
      batches = LengthBatches(
          lengths, options.batch_examples,
          training::DeriveSeed(options.seed, static_cast<std::uint64_t>(batch.epoch)));
    }
    return callbacks.loss(batches[batch.examples[0]], random.engine());
  };
  if (callbacks.validate) {
    loop.early_stopping = options.early_stopping;
    steps_of_loop.validate = [&](std::int64_t epoch) -> absl::StatusOr<double> {
      const at::NoGradGuard no_grad;
      CLIENTELE_ASSIGN_OR_RETURN(const double value, callbacks.validate());
      if (options.progress) {
        options.progress(
            absl::StrFormat("after epoch %d: %.4f on what was held out", epoch + 1, value));
      }
      return value;
    };
  }
  steps_of_loop.progress = [&](const training::LoopProgress& at) {
    report.Step(at);
    return absl::OkStatus();
  };
  CLIENTELE_ASSIGN_OR_RETURN(
      training::LoopResult result,
      training::RunLoop(loop, state, *optimizer, order, random, steps_of_loop));
  for (TuningGroup& group : groups) {
    for (at::Tensor& tensor : group.tensors) tensor.set_requires_grad(false);
  }
  return result;
}

}  // namespace clientele::qa

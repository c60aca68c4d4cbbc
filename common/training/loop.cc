#include "common/training/loop.h"

#include <cmath>
#include <exception>
#include <utility>

#include <ATen/Functions.h>
#include <torch/optim/optimizer.h>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "common/training/checkpoint_folder.h"
#include "common/training/loop_checkpoint.h"

namespace clientele::training {
namespace {

// Undefined rather than zero, so that a parameter without a part in a batch is left alone by the
// optimizer whether the run was resumed before it or not.
void ForgetGradients(torch::optim::Optimizer& optimizer) {
  for (auto& group : optimizer.param_groups()) {
    for (at::Tensor& parameter : group.params()) parameter.mutable_grad() = at::Tensor();
  }
}

// The norm before clipping.
double ClipGradients(torch::optim::Optimizer& optimizer, double max_norm) {
  double squares = 0;
  for (const auto& group : optimizer.param_groups()) {
    for (const at::Tensor& parameter : group.params()) {
      if (!parameter.grad().defined()) continue;
      const double norm = at::norm(parameter.grad().detach().to(at::kDouble)).item<double>();
      squares += norm * norm;
    }
  }
  const double norm = std::sqrt(squares);
  if (max_norm <= 0 || !(norm > max_norm)) return norm;
  for (const auto& group : optimizer.param_groups()) {
    for (const at::Tensor& parameter : group.params()) {
      if (!parameter.grad().defined()) continue;
      parameter.grad().detach().mul_(max_norm / norm);
    }
  }
  return norm;
}

class Loop {
 public:
  Loop(const LoopOptions& options, const std::vector<NamedTensor>& state,
       torch::optim::Optimizer& optimizer, BatchOrder& order, RandomSource& random,
       const LoopCallbacks& callbacks)
      : options_(options),
        state_(state),
        optimizer_(optimizer),
        order_(order),
        random_(random),
        callbacks_(callbacks),
        folder_(options.checkpoints),
        identity_(TrainingIdentity(options.fingerprint, order.options(), options.epochs)),
        stopping_(options.early_stopping.value_or(EarlyStoppingOptions{.patience = 0})) {
    for (const auto& group : optimizer.param_groups()) rates_.push_back(group.options().get_lr());
  }

  absl::StatusOr<LoopResult> Run() {
    LoopResult result;
    CLIENTELE_ASSIGN_OR_RETURN(result.resumed, Resume());
    while (!at_.stopped && at_.epoch < options_.epochs) {
      CLIENTELE_RETURN_IF_ERROR(Step());
      const LoopProgress progress = Progress();
      if (at_.step_in_epoch == order_.steps_per_epoch()) CLIENTELE_RETURN_IF_ERROR(EndEpoch());
      CLIENTELE_RETURN_IF_ERROR(Checkpoint());
      if (callbacks_.progress) CLIENTELE_RETURN_IF_ERROR(callbacks_.progress(progress));
    }
    if (!best_.empty()) Assign(best_, state_);
    result.steps = at_.step;
    result.epochs = std::move(at_.epochs);
    if (options_.early_stopping.has_value()) result.best = stopping_.best();
    return result;
  }

 private:
  absl::StatusOr<bool> Resume() {
    if (options_.checkpoints.empty()) return false;
    CLIENTELE_ASSIGN_OR_RETURN(const auto files, folder_.ReadNewest());
    if (!files.has_value()) return false;
    CLIENTELE_ASSIGN_OR_RETURN(at_,
                               FromFiles(*files, identity_, state_, best_, optimizer_, random_));
    stopping_ = EarlyStopping(options_.early_stopping.value_or(EarlyStoppingOptions{.patience = 0}),
                              at_.stopping);
    return true;
  }

  absl::Status Step() {
    const Batch batch{at_.epoch, at_.step, order_.Batch(at_.epoch, at_.step_in_epoch)};
    const double factor = options_.schedule.Factor(at_.step);
    for (std::size_t g = 0; g < rates_.size(); ++g) {
      optimizer_.param_groups()[g].options().set_lr(rates_[g] * factor);
    }
    ForgetGradients(optimizer_);
    CLIENTELE_ASSIGN_OR_RETURN(const at::Tensor loss, callbacks_.loss(batch));
    const double value = loss.item<double>();
    if (!std::isfinite(value)) return NotFinite("loss");
    loss.backward();
    if (!std::isfinite(ClipGradients(optimizer_, options_.max_gradient_norm))) {
      return NotFinite("norm of the gradients");
    }
    optimizer_.step();
    at_.loss_sum += value;
    ++at_.step_in_epoch;
    ++at_.step;
    return absl::OkStatus();
  }

  absl::Status NotFinite(absl::string_view what) const {
    return absl::OutOfRangeError(absl::StrCat("the ", what, " is not finite in epoch ", at_.epoch,
                                              ", step ", at_.step,
                                              ": try a smaller learning rate, or clipping"));
  }

  LoopProgress Progress() const {
    return {at_.epoch, options_.epochs, at_.step, options_.epochs * order_.steps_per_epoch(),
            at_.loss_sum / static_cast<double>(at_.step_in_epoch)};
  }

  absl::Status EndEpoch() {
    EpochRecord record{at_.loss_sum / static_cast<double>(at_.step_in_epoch), std::nullopt};
    if (callbacks_.validate) {
      CLIENTELE_ASSIGN_OR_RETURN(const double value, callbacks_.validate(at_.epoch));
      if (std::isfinite(value)) record.validation = value;
      if (options_.early_stopping.has_value()) {
        if (stopping_.Observe(at_.epoch, record.validation.value_or(std::nan("")))) {
          best_ = Copy(state_);
        }
        at_.stopping = stopping_.state();
        at_.stopped = stopping_.ShouldStop();
      }
    }
    at_.epochs.push_back(record);
    ++at_.epoch;
    at_.step_in_epoch = 0;
    at_.loss_sum = 0;
    return absl::OkStatus();
  }

  absl::Status Checkpoint() {
    if (options_.checkpoints.empty()) return absl::OkStatus();
    const bool end = at_.stopped || at_.epoch == options_.epochs;
    const bool due = options_.checkpoint_every > 0 && at_.step % options_.checkpoint_every == 0;
    if (!end && !due) return absl::OkStatus();
    CLIENTELE_ASSIGN_OR_RETURN(const CheckpointFiles files,
                               ToFiles(identity_, at_, state_, best_, optimizer_, random_.Save()));
    return folder_.Write(at_.step, files);
  }

  const LoopOptions& options_;
  const std::vector<NamedTensor>& state_;
  torch::optim::Optimizer& optimizer_;
  BatchOrder& order_;
  RandomSource& random_;
  const LoopCallbacks& callbacks_;
  const CheckpointFolder folder_;
  const std::string identity_;
  std::vector<double> rates_;  // of each parameter group, before the schedule
  EarlyStopping stopping_;
  std::vector<NamedTensor> best_;
  LoopPosition at_;
};

}  // namespace

absl::StatusOr<LoopResult> RunLoop(const LoopOptions& options,
                                   const std::vector<NamedTensor>& state,
                                   torch::optim::Optimizer& optimizer, BatchOrder& order,
                                   RandomSource& random, const LoopCallbacks& callbacks) try {
  if (!callbacks.loss) return absl::InvalidArgumentError("a loop needs a loss");
  if (options.epochs < 1) return absl::InvalidArgumentError("a loop needs an epoch or more");
  if (options.early_stopping.has_value() && !callbacks.validate) {
    return absl::InvalidArgumentError("early stopping needs a validation");
  }
  return Loop(options, state, optimizer, order, random, callbacks).Run();
} catch (const std::exception&) {
  return absl::InternalError("the training's tensor operations failed");
}

}  // namespace clientele::training

#include "services/qa-service/training/encoder/distillation.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/optim/adamw.h>

#include "absl/strings/str_format.h"

#include "common/frame/shuffle.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/training/loop.h"
#include "services/qa-service/training/encoder/encoder_learning.h"
#include "services/qa-service/training/encoder/token_batches.h"

namespace clientele::qa {
namespace {

using inference::TokenRow;

constexpr double kDistillationWeightDecay = 0.01;
constexpr double kDistillationGradientNorm = 1;
constexpr double kLastRate = 0.02;  // of the first
constexpr std::size_t kMeasuredTokens = 4096;
constexpr std::chrono::seconds kBetweenReports(30);

// A row of an epoch: a taught text, or two texts that belong together.
struct EpochRow {
  bool related = false;
  std::size_t index = 0;
};

class Distillation {
 public:
  Distillation(torch::jit::Module& module, const DistillationData& data,
               const DistillationOptions& options)
      : module_(module), data_(data), options_(options) {
    for (std::size_t i = 0; i < data.taught.size(); ++i) {
      AddRow({false, i}, data.taught[i].repeat, data.taught[i].tokens.length());
    }
    for (std::size_t i = 0; i < data.related.size(); ++i) {
      const DistillationData::Related& each = data.related[i];
      AddRow({true, i}, each.repeat, each.first.length() + each.second.length());
    }
  }

  absl::StatusOr<DistillationResult> Run() {
    training::RandomSource random(options_.seed);
    const std::vector<training::NamedTensor> state = training::StateOf(module_);
    const std::vector<at::Tensor> parameters = LearnableTensors(state);
    torch::optim::AdamW optimizer(
        parameters,
        torch::optim::AdamWOptions(options_.learning_rate).weight_decay(kDistillationWeightDecay));
    MakeBatches(0);
    CLIENTELE_ASSIGN_OR_RETURN(
        training::BatchOrder order,
        training::BatchOrder::Create(
            {.examples = batches_.size(), .batch_size = 1, .seed = options_.seed}));
    const std::int64_t steps = order.steps_per_epoch() * options_.epochs;
    const auto warm_up = static_cast<std::int64_t>(options_.warm_up * static_cast<double>(steps));
    start_ = reported_ = std::chrono::steady_clock::now();
    const absl::StatusOr<training::LoopResult> result = training::RunLoop(
        {.epochs = options_.epochs,
         .max_gradient_norm = kDistillationGradientNorm,
         .schedule = training::LearningRateSchedule::WarmUpCosine(
             std::max<std::int64_t>(warm_up, 1), steps, kLastRate),
         .checkpoints = options_.checkpoints,
         .checkpoint_every = options_.checkpoint_every,
         .fingerprint = options_.fingerprint},
        state, optimizer, order, random,
        {.loss = [&](const training::Batch& batch) -> absl::StatusOr<at::Tensor> {
           return Loss(batch, random.engine());
         },
         .validate = [&](std::int64_t epoch) -> absl::StatusOr<double> { return Validate(epoch); },
         .progress = [&](const training::LoopProgress& at) { return Report(at); }});
    StopLearning(parameters);
    if (!result.ok() && !(options_.finish_now && absl::IsCancelled(result.status()))) {
      return result.status();
    }
    return DistillationResult{.cosine = Measure(false), .translated_cosine = Measure(true)};
  }

 private:
  void AddRow(EpochRow row, int repeat, std::int64_t length) {
    for (int i = 0; i < repeat; ++i) {
      (row.related ? related_rows_ : taught_rows_).push_back(row.index);
      (row.related ? related_lengths_ : taught_lengths_).push_back(length);
    }
  }

  // Another arrangement for each epoch, of as many batches.
  void MakeBatches(std::int64_t epoch) {
    epoch_ = epoch;
    batches_.clear();
    const std::uint64_t seed =
        training::DeriveSeed(options_.seed, static_cast<std::uint64_t>(epoch));
    for (const bool related : {false, true}) {
      const auto& rows = related ? related_rows_ : taught_rows_;
      for (std::vector<std::size_t>& batch :
           TokenBatches(related ? related_lengths_ : taught_lengths_,
                        related ? options_.related_batch_tokens : options_.batch_tokens, seed)) {
        for (std::size_t& row : batch) row = rows[row];
        batches_.push_back({related, std::move(batch)});
      }
    }
  }

  at::Tensor Loss(const training::Batch& batch, std::mt19937_64& engine) {
    if (batch.epoch != epoch_) MakeBatches(batch.epoch);
    const RowBatch& rows = batches_[batch.examples[0]];
    return rows.related ? RelatedLoss(rows.items) : TaughtLoss(rows.items, engine);
  }

  at::Tensor TaughtLoss(const std::vector<std::size_t>& items, std::mt19937_64& engine) {
    std::vector<const TokenRow*> rows;
    std::vector<std::int64_t> places;
    rows.reserve(items.size());
    for (const std::size_t item : items) {
      rows.push_back(&data_.taught[item].tokens);
      places.push_back(data_.taught[item].taught);
    }
    for (std::int64_t i = 0; i < options_.bank; ++i) {
      places.push_back(static_cast<std::int64_t>(
          frame::RandomBelow(engine, static_cast<std::uint64_t>(data_.vectors.size(0)))));
    }
    const at::Tensor bank =
        data_.vectors.index_select(0, at::tensor(places, at::kLong)).to(at::kFloat);
    const at::Tensor teacher = bank.narrow(0, 0, static_cast<std::int64_t>(items.size()));
    const at::Tensor student = EncodeRows(module_, rows);
    const at::Tensor cosines = (student * teacher).sum(1);
    const at::Tensor targets = at::softmax(at::matmul(teacher, bank.t()) / options_.temperature, 1);
    const at::Tensor scores =
        at::log_softmax(at::matmul(student, bank.t()) / options_.temperature, 1);
    const at::Tensor divergence = (targets * (at::log(at::clamp(targets, 1e-12)) - scores)).sum(1);
    return options_.cosine_weight * (1 - cosines.mean()) + divergence.mean();
  }

  at::Tensor RelatedLoss(const std::vector<std::size_t>& items) {
    std::vector<const TokenRow*> first;
    std::vector<const TokenRow*> second;
    for (const std::size_t item : items) {
      first.push_back(&data_.related[item].first);
      second.push_back(&data_.related[item].second);
    }
    return options_.related_weight * ContrastiveLoss(EncodeRows(module_, first),
                                                     EncodeRows(module_, second),
                                                     options_.temperature);
  }

  double Measure(bool translated) {
    std::vector<const DistillationData::Taught*> rows;
    for (const DistillationData::Taught& each : data_.held_out) {
      if (each.translated == translated) rows.push_back(&each);
    }
    return MeanCosine(module_, data_, rows);
  }

  double Validate(std::int64_t epoch) {
    const double own = Measure(false);
    const double translated = Measure(true);
    if (options_.progress) {
      options_.progress(absl::StrFormat(
          "epoch %d of %d is over: cosine of held-out texts %.4f, of held-out translations %.4f",
          epoch + 1, options_.epochs, own, translated));
    }
    return own;
  }

  absl::Status Report(const training::LoopProgress& at) {
    if (options_.finish_now) return absl::CancelledError("the training ends here");
    const auto now = std::chrono::steady_clock::now();
    if (first_step_ < 0) first_step_ = at.step - 1;
    if (!options_.progress || now - reported_ < kBetweenReports) return absl::OkStatus();
    reported_ = now;
    const std::chrono::duration<double> passed = now - start_;
    const double left = passed.count() / static_cast<double>(at.step - first_step_) *
                        static_cast<double>(at.steps - at.step);
    options_.progress(absl::StrFormat("epoch %d of %d, step %d of %d: loss %.4f, %.0f s left",
                                      at.epoch + 1, at.epochs, at.step, at.steps, at.mean_loss,
                                      left));
    return absl::OkStatus();
  }

  struct RowBatch {
    bool related = false;
    std::vector<std::size_t> items;  // indices into data_.taught or data_.related
  };

  torch::jit::Module& module_;
  const DistillationData& data_;
  const DistillationOptions& options_;
  // Indices of data_.taught and data_.related, as often as an epoch has them, and their lengths.
  std::vector<std::size_t> taught_rows_;
  std::vector<std::size_t> related_rows_;
  std::vector<std::int64_t> taught_lengths_;
  std::vector<std::int64_t> related_lengths_;
  std::vector<RowBatch> batches_;
  std::int64_t epoch_ = -1;
  std::int64_t first_step_ = -1;  // that was done when this run began
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point reported_;
};

}  // namespace

double MeanCosine(torch::jit::Module& module, const DistillationData& data,
                  const std::vector<const DistillationData::Taught*>& rows) {
  if (rows.empty()) return 0;
  const at::NoGradGuard no_grad;
  std::vector<std::int64_t> lengths;
  lengths.reserve(rows.size());
  for (const DistillationData::Taught* row : rows) lengths.push_back(row->tokens.length());
  double sum = 0;
  for (const std::vector<std::size_t>& batch : TokenBatches(lengths, kMeasuredTokens, 0)) {
    std::vector<const TokenRow*> tokens;
    std::vector<std::int64_t> places;
    for (const std::size_t i : batch) {
      tokens.push_back(&rows[i]->tokens);
      places.push_back(rows[i]->taught);
    }
    const at::Tensor teacher =
        data.vectors.index_select(0, at::tensor(places, at::kLong)).to(at::kFloat);
    sum += (EncodeRows(module, tokens) * teacher).sum().item<double>();
  }
  return sum / static_cast<double>(rows.size());
}

absl::StatusOr<DistillationResult> Distill(torch::jit::Module& module, const DistillationData& data,
                                           const DistillationOptions& options) {
  if (data.taught.empty()) return InvalidField("taught", "must not be empty");
  try {
    return Distillation(module, data, options).Run();
  } catch (const std::exception&) {
    return absl::InternalError("the encoder's module cannot be trained");
  }
}

}  // namespace clientele::qa

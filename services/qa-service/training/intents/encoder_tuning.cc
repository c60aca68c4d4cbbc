#include "services/qa-service/training/intents/encoder_tuning.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <memory>
#include <numeric>
#include <random>
#include <utility>

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/optim/adamw.h>

#include "absl/strings/str_format.h"

#include "common/inference/tasks/token_tensors.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/training/loop.h"
#include "services/qa-service/training/length_batches.h"

namespace clientele::qa {
namespace {

using inference::TokenRow;
using inference::TokenTensors;

constexpr double kWarmUpShare = 0.1;
constexpr double kWeightDecay = 0.01;
constexpr double kMaxGradientNorm = 1;
constexpr std::size_t kScoredRows = 64;

using RowSpan = absl::Span<const TokenRow* const>;

// Two for each multiplication of the matrices, forwards once and backwards twice.
double OperationsPerToken(const torch::jit::Module& encoder) {
  std::int64_t largest = 0;
  std::int64_t values = 0;
  for (const auto& tensor : training::StateOf(encoder)) {
    if (!tensor.tensor.is_floating_point()) continue;
    values += tensor.tensor.numel();
    largest = std::max(largest, tensor.tensor.numel());
  }
  // The table of the tokens is looked up, not multiplied.
  return 6.0 * static_cast<double>(values - largest);
}

std::vector<std::int64_t> LengthsOf(RowSpan rows) {
  std::vector<std::int64_t> lengths;
  lengths.reserve(rows.size());
  for (const TokenRow* row : rows) lengths.push_back(row->length());
  return lengths;
}

double TokensOf(absl::Span<const std::int64_t> lengths, std::int64_t max_tokens) {
  double tokens = 0;
  for (const std::int64_t length : lengths) {
    tokens += static_cast<double>(std::min(length, max_tokens));
  }
  return tokens;
}

at::Tensor UnitRows(const at::Tensor& rows) {
  return rows / at::clamp(rows.norm(2, {1}, true), 1e-12);
}

// The beginning of each text, with the token that ends it.
std::vector<TokenRow> CutRows(RowSpan rows, std::int64_t max_tokens) {
  std::vector<TokenRow> cut;
  cut.reserve(rows.size());
  for (const TokenRow* row : rows) {
    TokenRow& made = cut.emplace_back(*row);
    if (made.length() <= max_tokens) continue;
    const auto size = static_cast<std::size_t>(max_tokens);
    made.ids[size - 1] = made.ids.back();
    made.ids.resize(size);
    if (!made.segments.empty()) made.segments.resize(size);
  }
  return cut;
}

std::vector<const TokenRow*> PointersTo(const std::vector<TokenRow>& rows) {
  std::vector<const TokenRow*> pointers;
  pointers.reserve(rows.size());
  for (const TokenRow& row : rows) pointers.push_back(&row);
  return pointers;
}

class Tuning {
 public:
  Tuning(const torch::jit::Module& encoder, RowSpan rows, std::int64_t max_tokens,
         absl::Span<const int> classes_of, const at::Tensor& classes,
         const EncoderTuningOptions& options)
      : cut_(CutRows(rows, max_tokens)),
        rows_(PointersTo(cut_)),
        classes_of_(classes_of),
        options_(options),
        lengths_(LengthsOf(rows_)) {
    tuned_.module = encoder;
    tuned_.scale = options.scale;
    tuned_.bias = at::zeros({classes.size(0)});
    tuned_.classes = classes;
  }

  absl::StatusOr<TunedEncoder> Run(int epochs) {
    training::RandomSource random(options_.seed);
    std::vector<training::NamedTensor> state = training::StateOf(tuned_.module);
    std::vector<at::Tensor> parameters;
    for (training::NamedTensor& each : state) {
      if (!each.tensor.is_floating_point()) continue;
      each.tensor.set_requires_grad(true);
      parameters.push_back(each.tensor);
    }
    tuned_.classes.set_requires_grad(true);
    tuned_.bias.set_requires_grad(true);
    state.push_back({"tuning.classes", tuned_.classes});
    state.push_back({"tuning.bias", tuned_.bias});
    using Options = torch::optim::AdamWOptions;
    std::vector<torch::optim::OptimizerParamGroup> groups;
    groups.emplace_back(
        parameters,
        std::make_unique<Options>(Options(options_.learning_rate).weight_decay(kWeightDecay)));
    groups.emplace_back(
        std::vector<at::Tensor>{tuned_.classes, tuned_.bias},
        std::make_unique<Options>(Options(options_.class_learning_rate).weight_decay(0)));
    torch::optim::AdamW optimizer(groups);

    // An example of the loop is a batch of texts: which ones changes with the epoch.
    batches_ = LengthBatches(lengths_, options_.batch_rows, options_.seed);
    CLIENTELE_ASSIGN_OR_RETURN(
        training::BatchOrder order,
        training::BatchOrder::Create(
            {.examples = batches_.size(), .batch_size = 1, .seed = options_.seed}));
    const std::int64_t steps = order.steps_per_epoch() * epochs;
    const auto warm_up = static_cast<std::int64_t>(kWarmUpShare * static_cast<double>(steps));
    end_ = std::chrono::steady_clock::now() + options_.max_time;
    const absl::StatusOr<training::LoopResult> result = training::RunLoop(
        {.epochs = epochs,
         .max_gradient_norm = kMaxGradientNorm,
         .schedule = training::LearningRateSchedule::WarmUpLinear(
             std::max<std::int64_t>(warm_up, 1), steps)},
        state, optimizer, order, random,
        {.loss = [&](const training::Batch& batch) { return Loss(batch, random.engine()); },
         .progress = [&](const training::LoopProgress& at) { return Report(at); }});
    if (!result.ok() && !absl::IsDeadlineExceeded(result.status())) return result.status();
    for (const at::Tensor& parameter : parameters) parameter.set_requires_grad(false);
    tuned_.classes = tuned_.classes.detach();
    tuned_.bias = tuned_.bias.detach();
    return std::move(tuned_);
  }

 private:
  at::Tensor ClassTensor(const std::vector<std::size_t>& batch) const {
    at::Tensor classes = at::empty({static_cast<std::int64_t>(batch.size())}, at::kLong);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      classes.data_ptr<std::int64_t>()[i] = classes_of_[batch[i]];
    }
    return classes;
  }

  at::Tensor Encode(const std::vector<std::size_t>& batch, double masked, std::mt19937_64& engine) {
    std::vector<const TokenRow*> rows;
    rows.reserve(batch.size());
    for (const std::size_t i : batch) rows.push_back(rows_[i]);
    const TokenTensors tokens = inference::PadRows(rows);
    if (masked > 0) MaskTokens(rows, masked, engine, tokens.mask);
    return UnitRows(tuned_.module.forward({tokens.ids, tokens.mask}).toTensor());
  }

  // The first token stays: some encoders read the text off it.
  static void MaskTokens(const std::vector<const TokenRow*>& rows, double share,
                         std::mt19937_64& engine, const at::Tensor& mask) {
    std::bernoulli_distribution drop(share);
    auto* values = mask.data_ptr<std::int64_t>();
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (rows[row]->length() <= 3) continue;
      std::int64_t* at = values + static_cast<std::int64_t>(row) * mask.size(1);
      for (std::int64_t i = 1; i < rows[row]->length(); ++i) at[i] = drop(engine) ? 0 : 1;
    }
  }

  absl::StatusOr<at::Tensor> Loss(const training::Batch& batch, std::mt19937_64& engine) {
    if (batch.epoch != epoch_) {
      epoch_ = batch.epoch;
      batches_ = LengthBatches(
          lengths_, options_.batch_rows,
          training::DeriveSeed(options_.seed, static_cast<std::uint64_t>(batch.epoch)));
    }
    const std::vector<std::size_t>& rows = batches_[batch.examples[0]];
    const at::Tensor vectors = Encode(rows, options_.masked_tokens, engine);
    const at::Tensor scores =
        at::linear(vectors, UnitRows(tuned_.classes)) * tuned_.scale + tuned_.bias;
    const at::Tensor likelihoods = at::log_softmax(scores, 1);
    const at::Tensor own = likelihoods.gather(1, ClassTensor(rows).unsqueeze(1)).mean();
    const double smoothing = options_.label_smoothing;
    return -(1 - smoothing) * own - smoothing * likelihoods.mean();
  }

  absl::Status Report(const training::LoopProgress& at) {
    const std::int64_t each = std::max<std::int64_t>(at.steps / at.epochs, 1);
    if (options_.progress && at.step % each == 0) {
      options_.progress(absl::StrFormat("encoder, epoch %d of %d: loss %.3f", at.step / each,
                                        at.epochs, at.mean_loss));
    }
    if (std::chrono::steady_clock::now() < end_) return absl::OkStatus();
    if (options_.progress) options_.progress("the time for the encoder is over");
    return absl::DeadlineExceededError("the time for the encoder is over");
  }

  const std::vector<TokenRow> cut_;
  const std::vector<const TokenRow*> rows_;
  const absl::Span<const int> classes_of_;
  const EncoderTuningOptions& options_;
  const std::vector<std::int64_t> lengths_;
  TunedEncoder tuned_;
  std::vector<std::vector<std::size_t>> batches_;
  std::int64_t epoch_ = -1;
  std::chrono::steady_clock::time_point end_;
};

}  // namespace

TuningPlan PlanTuning(double operations_per_token, absl::Span<const std::int64_t> lengths,
                      const EncoderTuningOptions& options) {
  const auto operations = [&](std::int64_t max_tokens) {
    return std::max(1.0, TokensOf(lengths, max_tokens) * operations_per_token);
  };
  const std::int64_t longest =
      lengths.empty()
          ? 0
          : std::min(options.max_tokens, *std::max_element(lengths.begin(), lengths.end()));
  const double epochs = options.max_operations / operations(longest);
  if (epochs >= 1) {
    return {.epochs = static_cast<int>(std::min(static_cast<double>(options.max_epochs), epochs)),
            .max_tokens = longest};
  }
  if (operations(options.min_tokens) > options.max_operations) return {};
  std::int64_t fits = options.min_tokens;
  for (std::int64_t beyond = longest; beyond - fits > 1;) {
    const std::int64_t middle = (fits + beyond) / 2;
    (operations(middle) <= options.max_operations ? fits : beyond) = middle;
  }
  return {.epochs = 1, .max_tokens = fits};
}

double TuningOperations(const torch::jit::Module& encoder, RowSpan training,
                        std::int64_t max_tokens) {
  return OperationsPerToken(encoder) * TokensOf(LengthsOf(training), max_tokens);
}

TuningPlan PlanTuning(const torch::jit::Module& encoder, RowSpan training,
                      const EncoderTuningOptions& options) {
  return PlanTuning(OperationsPerToken(encoder), LengthsOf(training), options);
}

absl::StatusOr<TunedEncoder> TuneEncoder(const torch::jit::Module& encoder, RowSpan training,
                                         absl::Span<const int> classes_of,
                                         absl::Span<const float> classes, std::size_t labels,
                                         const EncoderTuningOptions& options) {
  if (training.empty()) return InvalidField("training", "must not be empty");
  if (classes_of.size() != training.size()) {
    return InvalidField("classes_of", "must have one class for each row");
  }
  if (labels == 0 || classes.empty() || classes.size() % labels != 0) {
    return InvalidField("classes", "must have a vector for each label");
  }
  const TuningPlan plan = PlanTuning(encoder, training, options);
  if (plan.epochs < 1) return InvalidField("training", "is too much for one epoch");
  try {
    const at::Tensor begin = at::tensor(std::vector<float>(classes.begin(), classes.end()))
                                 .reshape({static_cast<std::int64_t>(labels), -1});
    return Tuning(encoder, training, plan.max_tokens, classes_of, begin, options).Run(plan.epochs);
  } catch (const std::exception&) {
    return absl::InternalError("the encoder's module cannot be trained");
  }
}

absl::StatusOr<std::vector<double>> TunedScores(const TunedEncoder& tuned, RowSpan rows) {
  const at::NoGradGuard no_grad;
  torch::jit::Module module = tuned.module;
  const std::int64_t labels = tuned.classes.size(0);
  std::vector<double> scores(rows.size() * static_cast<std::size_t>(labels), 0.0);
  try {
    for (const std::vector<std::size_t>& batch :
         LengthBatches(LengthsOf(rows), kScoredRows, /*seed=*/0)) {
      std::vector<const TokenRow*> of_batch;
      of_batch.reserve(batch.size());
      for (const std::size_t i : batch) of_batch.push_back(rows[i]);
      const TokenTensors tokens = inference::PadRows(of_batch);
      const at::Tensor vectors = UnitRows(module.forward({tokens.ids, tokens.mask}).toTensor());
      const at::Tensor out =
          (at::linear(vectors, UnitRows(tuned.classes)) * tuned.scale + tuned.bias)
              .to(at::kDouble)
              .contiguous();
      for (std::size_t i = 0; i < batch.size(); ++i) {
        const double* row = out.data_ptr<double>() + static_cast<std::int64_t>(i) * labels;
        std::copy(row, row + labels,
                  scores.begin() + static_cast<std::ptrdiff_t>(batch[i]) * labels);
      }
    }
  } catch (const std::exception&) {
    return absl::InternalError("the tuned encoder fails on these texts");
  }
  return scores;
}

}  // namespace clientele::qa

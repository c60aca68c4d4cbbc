#include "common/training/tables/field_network.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <map>
#include <optional>
#include <utility>

#include <ATen/ATen.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/optim/adamw.h>

#include "common/evaluation/classification.h"
#include "common/frame/split.h"
#include "common/status/status_macros.h"
#include "common/training/loop.h"
#include "common/training/named_tensors.h"
#include "common/training/seeds.h"

namespace clientele::training {
namespace {

constexpr std::size_t kLeastRows = 20;
constexpr std::int64_t kScoredRows = 4096;

struct CodedTensors {
  at::Tensor codes;    // int64 [rows, fields]
  at::Tensor numbers;  // float32 [rows, fields]
  at::Tensor labels;   // float32 [rows]
};

CodedTensors TensorsOf(const frame::CodedRows& coded, std::int64_t fields,
                       absl::Span<const int> labels) {
  const auto rows = static_cast<std::int64_t>(coded.rows);
  CodedTensors tensors{at::empty({rows, fields}, at::kLong), at::empty({rows, fields}, at::kFloat),
                       at::empty({rows}, at::kFloat)};
  std::copy(coded.codes.begin(), coded.codes.end(), tensors.codes.data_ptr<std::int64_t>());
  std::copy(coded.numbers.begin(), coded.numbers.end(), tensors.numbers.data_ptr<float>());
  std::copy(labels.begin(), labels.end(), tensors.labels.data_ptr<float>());
  return tensors;
}

CodedTensors SelectTensors(const CodedTensors& from, absl::Span<const std::size_t> rows) {
  at::Tensor index = at::empty({static_cast<std::int64_t>(rows.size())}, at::kLong);
  std::copy(rows.begin(), rows.end(), index.data_ptr<std::int64_t>());
  return {from.codes.index_select(0, index), from.numbers.index_select(0, index),
          from.labels.index_select(0, index)};
}

at::Tensor LossOf(torch::jit::Module& module, const CodedTensors& rows) {
  const at::Tensor margins = module.get_method("margins_of")({rows.codes, rows.numbers}).toTensor();
  return at::binary_cross_entropy_with_logits(margins, rows.labels);
}

int BatchSizeOf(const FieldNetworkOptions& options, std::size_t rows) {
  if (options.batch_size > 0) return options.batch_size;
  return std::clamp(static_cast<int>(rows / 64), 128, 1024);
}

class MemberTraining {
 public:
  MemberTraining(const FieldNetworkOptions& options, const CodedTensors& rows,
                 const frame::Split& split)
      : options_(options),
        training_(SelectTensors(rows, split.training)),
        validation_(SelectTensors(rows, split.validation)) {}

  absl::StatusOr<torch::jit::Module> Run(const frame::FieldCodes& codes,
                                         const std::vector<double>& reference, std::uint64_t seed) {
    RandomSource random(seed);
    torch::jit::Module module = MakeFieldNetwork(codes, options_.shape, reference);
    std::vector<at::Tensor> parameters;
    for (const at::Tensor& parameter : module.parameters()) parameters.push_back(parameter);
    torch::optim::AdamW optimizer(
        parameters,
        torch::optim::AdamWOptions(options_.learning_rate).weight_decay(options_.weight_decay));
    const auto rows = static_cast<std::size_t>(training_.labels.size(0));
    CLIENTELE_ASSIGN_OR_RETURN(
        BatchOrder order,
        BatchOrder::Create({.examples = rows,
                            .batch_size = static_cast<std::size_t>(BatchSizeOf(options_, rows)),
                            .seed = DeriveSeed(seed, 1)}));
    LoopOptions loop{.epochs = options_.epochs};
    loop.early_stopping = EarlyStoppingOptions{.patience = options_.patience};
    LoopCallbacks callbacks;
    callbacks.loss = [&](const Batch& batch) -> absl::StatusOr<at::Tensor> {
      return LossOf(module, SelectTensors(training_, batch.examples));
    };
    callbacks.validate = [&](std::int64_t) -> absl::StatusOr<double> {
      const at::NoGradGuard no_grad;
      module.setattr("training", false);
      const double loss = LossOf(module, validation_).item<double>();
      module.setattr("training", true);
      return loss;
    };
    if (options_.progress) {
      callbacks.progress = [&](const LoopProgress&) { return options_.progress(); };
    }
    module.setattr("training", true);
    CLIENTELE_RETURN_IF_ERROR(
        RunLoop(loop, StateOf(module), optimizer, order, random, callbacks).status());
    module.setattr("training", false);
    for (at::Tensor parameter : module.parameters()) parameter.requires_grad_(false);
    return module;
  }

 private:
  const FieldNetworkOptions& options_;
  const CodedTensors training_;
  const CodedTensors validation_;
};

absl::Status CheckNetworkLabels(std::size_t rows, absl::Span<const int> labels) {
  if (rows < kLeastRows) return absl::InvalidArgumentError("a network needs 20 rows or more");
  if (labels.size() != rows) {
    return absl::InvalidArgumentError("there must be a label for each row");
  }
  const auto positive = std::count(labels.begin(), labels.end(), 1);
  const auto negative = std::count(labels.begin(), labels.end(), 0);
  if (static_cast<std::size_t>(positive + negative) != rows) {
    return absl::InvalidArgumentError("labels must be 0 and 1");
  }
  if (positive == 0 || negative == 0) {
    return absl::InvalidArgumentError("the label is the same in every row: nothing can be learned");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<torch::jit::Module>> TrainFieldNetworks(
    const frame::RowMatrix& rows, absl::Span<const int> labels,
    const FieldNetworkOptions& options) {
  CLIENTELE_RETURN_IF_ERROR(CheckNetworkLabels(rows.rows, labels));
  const frame::FieldCodes codes = frame::FieldCodes::Learn(rows, options.codes);
  const CodedTensors tensors =
      TensorsOf(codes.Encode(rows), static_cast<std::int64_t>(rows.fields.size()), labels);
  const std::vector<double> reference = ReferenceRow(rows);
  const std::vector<std::int64_t> strata(labels.begin(), labels.end());
  // Small graphs, run a few thousand times: what optimizing them costs is never earned back.
  const torch::jit::GraphOptimizerEnabledGuard without_optimizer(false);
  std::vector<torch::jit::Module> members;
  members.reserve(static_cast<std::size_t>(options.members));
  for (int member = 0; member < options.members; ++member) {
    const std::uint64_t seed = DeriveSeed(options.seed, static_cast<std::uint64_t>(member));
    CLIENTELE_ASSIGN_OR_RETURN(
        const frame::Split split,
        frame::TrainValidationSplit(rows.rows, options.validation_share, seed, strata));
    CLIENTELE_ASSIGN_OR_RETURN(torch::jit::Module trained,
                               MemberTraining(options, tensors, split).Run(codes, reference, seed));
    members.push_back(std::move(trained));
  }
  return members;
}

absl::StatusOr<std::vector<double>> ModuleMargins(torch::jit::Module module,
                                                  const frame::RowMatrix& rows) try {
  const at::NoGradGuard no_grad;
  const torch::jit::GraphOptimizerEnabledGuard without_optimizer(false);
  const auto width = static_cast<std::int64_t>(rows.fields.size());
  const auto count = static_cast<std::int64_t>(rows.rows);
  std::vector<double> margins;
  margins.reserve(rows.rows);
  for (std::int64_t begin = 0; begin < count; begin += kScoredRows) {
    const std::int64_t size = std::min(kScoredRows, count - begin);
    at::Tensor features = at::empty({size, width}, at::kDouble);
    std::copy_n(rows.values.data() + begin * width, size * width, features.data_ptr<double>());
    const at::Tensor scored =
        module.get_method("score")({features}).toTuple()->elements()[1].toTensor().contiguous();
    margins.insert(margins.end(), scored.data_ptr<double>(),
                   scored.data_ptr<double>() + scored.numel());
  }
  return margins;
} catch (const std::exception&) {
  return absl::InternalError("the model failed on these rows");
}

absl::StatusOr<std::vector<double>> MeanMargins(const std::vector<torch::jit::Module>& modules,
                                                const frame::RowMatrix& rows) {
  std::vector<double> mean(rows.rows);
  for (const torch::jit::Module& module : modules) {
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<double> margins, ModuleMargins(module, rows));
    for (std::size_t row = 0; row < mean.size(); ++row) {
      mean[row] += margins[row] / static_cast<double>(modules.size());
    }
  }
  return mean;
}

std::vector<double> ReferenceRow(const frame::RowMatrix& rows) {
  std::vector<double> reference;
  reference.reserve(rows.fields.size());
  for (std::size_t f = 0; f < rows.fields.size(); ++f) {
    std::vector<double> known;
    known.reserve(rows.rows);
    for (std::size_t row = 0; row < rows.rows; ++row) {
      if (!std::isnan(rows.Row(row)[f])) known.push_back(rows.Row(row)[f]);
    }
    if (known.empty()) {
      reference.push_back(frame::kMissingNumber);
    } else if (rows.fields[f].categorical()) {
      std::map<double, std::size_t> counts;
      for (const double value : known) ++counts[value];
      reference.push_back(
          std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) {
            return a.second < b.second;
          })->first);
    } else {
      const auto middle = known.begin() + static_cast<std::ptrdiff_t>(known.size() / 2);
      std::nth_element(known.begin(), middle, known.end());
      reference.push_back(*middle);
    }
  }
  return reference;
}

}  // namespace clientele::training

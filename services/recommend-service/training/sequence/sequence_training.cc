#include "services/recommend-service/training/sequence/sequence_training.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <mutex>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/optim/adam.h>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "common/crypto/digest.h"
#include "common/evaluation/ranking.h"
#include "common/frame/shuffle.h"
#include "common/modeling/architectures/item_sequence.h"
#include "common/modeling/checkpoint/random_weights.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/training/named_tensors.h"
#include "common/training/seeds.h"
#include "common/training/subnormal_flush.h"
#include "services/recommend-service/training/sequence/gbce_loss.h"
#include "services/recommend-service/training/sequence/sequence_windows.h"

namespace clientele::recommend {
namespace {

constexpr std::int64_t kHeldOutOne = 10;  // of so many
constexpr double kGradientNorm = 5;
constexpr std::uint64_t kHeldOutStream = 1;
constexpr std::uint64_t kWeightStream = 2;
constexpr std::uint64_t kOrderStream = 3;
constexpr std::uint64_t kBatchStream = 4;
constexpr std::uint64_t kLayerStream = 5;
constexpr std::int64_t kWholeRanking = std::numeric_limits<std::int64_t>::max();

absl::Status CheckSequences(const ItemSequences& sequences, std::int64_t items,
                            const SequenceTrainingOptions& options) {
  for (const std::int32_t item : sequences.item) {
    if (item < 0 || item >= items) {
      return absl::InvalidArgumentError(
          absl::StrCat("the sequences have the item ", item, " of ", items));
    }
  }
  if (options.positions < 1 || options.negatives < 1 || options.batch_places < 0 ||
      options.max_held_out < 0 || !(options.learning_rate > 0) ||
      !(options.calibration >= 0 && options.calibration <= 1)) {
    return absl::InvalidArgumentError(
        "positions and negatives must be 1 or more, batch_places and max_held_out 0 or more, "
        "learning_rate above 0 and calibration from 0 to 1");
  }
  return absl::OkStatus();
}

// The customers whose last item is held out, ascending.
std::vector<std::int64_t> HeldOutCustomers(const ItemSequences& sequences,
                                           const SequenceTrainingOptions& options) {
  std::vector<std::int64_t> customers;
  for (std::int64_t customer = 0; customer < sequences.customers(); ++customer) {
    if (sequences.Of(customer).size() >= 2) customers.push_back(customer);
  }
  std::mt19937_64 random(training::DeriveSeed(options.seed, kHeldOutStream));
  frame::Shuffle(customers, random);
  customers.resize(static_cast<std::size_t>(
      std::min(static_cast<std::int64_t>(customers.size()) / kHeldOutOne, options.max_held_out)));
  std::sort(customers.begin(), customers.end());
  return customers;
}

class SequenceLoop {
 public:
  SequenceLoop(const ItemSequences& sequences, std::int64_t items,
               const SequenceTrainingOptions& options)
      : sequences_(sequences),
        items_(items),
        options_(options),
        negatives_(std::min(options.negatives, items)),
        beta_(GbceExponent(items, negatives_, options.calibration)),
        offset_(std::log(beta_ / static_cast<double>(negatives_))) {
    std::vector<std::int64_t> lengths(static_cast<std::size_t>(sequences.customers()));
    for (std::size_t customer = 0; customer < lengths.size(); ++customer) {
      lengths[customer] = sequences.begin[customer + 1] - sequences.begin[customer];
    }
    for (const std::int64_t customer : HeldOutCustomers(sequences, options)) {
      const absl::Span<const std::int32_t> all = sequences.Of(customer);
      --lengths[static_cast<std::size_t>(customer)];
      known_.item.insert(known_.item.end(), all.begin(), all.end() - 1);
      known_.begin.push_back(static_cast<std::int64_t>(known_.item.size()));
      next_.push_back(all.back());
    }
    windows_ = SequenceWindows(sequences, lengths, options.positions);
    batch_places_ = options.batch_places;
    if (batch_places_ == 0) {
      std::int64_t places = 0;
      for (const SequenceWindow& window : windows_) places += window.places;
      batch_places_ = std::clamp(places / 64, std::int64_t{128}, std::int64_t{1024});
    }
  }

  absl::StatusOr<TrainedSequence> Run() {
    if (windows_.empty()) {
      return WithReason(
          absl::FailedPreconditionError("nobody has two items: there is no order to learn from"),
          "TOO_FEW_INTERACTIONS");
    }
    modeling::RandomWeights weights(training::DeriveSeed(options_.seed, kWeightStream));
    CLIENTELE_ASSIGN_OR_RETURN(torch::jit::Module module,
                               modeling::MakeItemSequence({.items = items_,
                                                           .positions = options_.positions,
                                                           .width = options_.width,
                                                           .layers = options_.layers,
                                                           .heads = options_.heads,
                                                           .dropout = options_.dropout},
                                                          weights));
    training::RandomSource random(options_.seed);
    const std::vector<training::NamedTensor> state = training::StateOf(module);
    BeginLayers(state);
    std::vector<at::Tensor> parameters;
    for (const training::NamedTensor& each : state) {
      parameters.push_back(each.tensor);
      parameters.back().set_requires_grad(true);
    }
    // A second average as short as Kang and McAuley's: at first all sampled items are pushed away,
    // and a longer one would hold later steps back by the size of those for a thousand steps.
    torch::optim::Adam optimizer(
        parameters, torch::optim::AdamOptions(options_.learning_rate).betas({0.9, 0.98}));
    CLIENTELE_ASSIGN_OR_RETURN(
        training::BatchOrder order,
        training::BatchOrder::Create({.examples = BatchesOf(0).size(),
                                      .batch_size = 1,
                                      .seed = training::DeriveSeed(options_.seed, kOrderStream)}));
    training::LoopOptions loop{.epochs = options_.epochs,
                               .max_gradient_norm = kGradientNorm,
                               .checkpoints = options_.checkpoints,
                               .checkpoint_every = options_.checkpoint_every,
                               .fingerprint = SequenceFingerprint(sequences_, items_, options_)};
    training::LoopCallbacks callbacks;
    callbacks.loss = [&](const training::Batch& batch) -> absl::StatusOr<at::Tensor> {
      return Loss(module, batch);
    };
    callbacks.progress = options_.progress;
    if (!next_.empty()) {
      loop.early_stopping = training::EarlyStoppingOptions{
          .patience = options_.patience, .direction = training::Direction::kHigherIsBetter};
      callbacks.validate = [&](std::int64_t) { return Validate(module); };
    }
    module.train(true);
    CLIENTELE_ASSIGN_OR_RETURN(training::LoopResult result,
                               training::RunLoop(loop, state, optimizer, order, random, callbacks));
    module.train(false);
    for (at::Tensor& parameter : parameters) parameter.set_requires_grad(false);
    return TrainedSequence{module, static_cast<std::int64_t>(next_.size()), std::move(result)};
  }

 private:
  // Layers whose output is as large as their input, so that they count from the first step beside
  // the items themselves, which say the least of what follows them (Glorot, Bengio, Understanding
  // the difficulty of training deep feedforward neural networks, AISTATS 2010). With smaller ones a
  // training stands still at popularity for dozens of epochs.
  void BeginLayers(const std::vector<training::NamedTensor>& state) const {
    at::Generator generator =
        training::TorchGenerator(training::DeriveSeed(options_.seed, kLayerStream));
    for (const training::NamedTensor& each : state) {
      if (!absl::StartsWith(each.name, "layer") || each.tensor.dim() != 2) continue;
      const auto inputs = static_cast<double>(each.tensor.size(1));
      each.tensor.normal_(0, 1 / std::sqrt(inputs), generator);
    }
  }

  const std::vector<std::vector<std::size_t>>& BatchesOf(std::int64_t epoch) {
    if (epoch != batches_epoch_) {
      batches_ =
          WindowBatches(windows_, batch_places_,
                        training::DeriveSeed(training::DeriveSeed(options_.seed, kBatchStream),
                                             static_cast<std::uint64_t>(epoch)));
      batches_epoch_ = epoch;
    }
    return batches_;
  }

  at::Tensor Loss(const torch::jit::Module& module, const training::Batch& batch) {
    const WindowTensors tensors =
        TensorsOf(sequences_, windows_, BatchesOf(batch.epoch)[batch.examples.front()]);
    const at::Tensor states = module.get_method("states")({tensors.items}).toTensor().flatten(0, 1);
    const at::Tensor sampled = at::randperm(items_, at::kLong).slice(0, 0, negatives_);
    return GbceLoss(states.index_select(0, tensors.places), module.attr("table").toTensor(),
                    tensors.targets, sampled, beta_, offset_);
  }

  absl::StatusOr<double> Validate(torch::jit::Module& module) const {
    const at::NoGradGuard no_gradients;
    module.train(false);
    const auto vectors = SequenceVectors(module, known_, options_.positions);
    module.train(true);
    CLIENTELE_RETURN_IF_ERROR(vectors.status());
    const at::Tensor table = module.attr("table").toTensor().t();
    double sum = 0;
    std::vector<std::int32_t> own;
    for (std::int64_t row = 0; row < known_.customers(); ++row) {
      const at::Tensor scores = at::matmul((*vectors)[row], table);
      own.assign(known_.Of(row).begin(), known_.Of(row).end());
      std::sort(own.begin(), own.end());
      own.erase(std::unique(own.begin(), own.end()), own.end());
      const std::int32_t next = next_[static_cast<std::size_t>(row)];
      // An item that is chosen again stays a candidate.
      const auto repeated = std::lower_bound(own.begin(), own.end(), next);
      if (repeated != own.end() && *repeated == next) own.erase(repeated);
      sum += evaluation::NdcgAt(
          evaluation::RankAmong(
              absl::MakeConstSpan(scores.data_ptr<float>(), static_cast<std::size_t>(items_)),
              {next}, own),
          kWholeRanking);
    }
    return sum / static_cast<double>(known_.customers());
  }

  const ItemSequences& sequences_;
  const std::int64_t items_;
  const SequenceTrainingOptions& options_;
  const std::int64_t negatives_;
  const double beta_;
  // The same for all items, so that it changes no order. Without it the first thing that is learned
  // is that no item is likely, at the cost of all that tells states apart.
  const double offset_;
  std::vector<SequenceWindow> windows_;
  ItemSequences known_;             // of the customers held out, without their last items
  std::vector<std::int32_t> next_;  // these
  std::int64_t batch_places_ = 0;
  std::int64_t batches_epoch_ = -1;
  std::vector<std::vector<std::size_t>> batches_;
};

}  // namespace

std::string SequenceFingerprint(const ItemSequences& sequences, std::int64_t items,
                                const SequenceTrainingOptions& options) {
  const auto bytes = [](const auto& values) {
    return absl::string_view(reinterpret_cast<const char*>(values.data()),
                             values.size() * sizeof(values[0]));
  };
  return crypto::Sha256Hex(absl::StrCat(
      items, " ", options.positions, " ", options.width, " ", options.layers, " ", options.heads,
      " ", options.dropout, " ", options.negatives, " ", options.calibration, " ",
      options.learning_rate, " ", options.batch_places, " ", options.patience, " ",
      options.max_held_out, " ", options.seed, " ", crypto::Sha256Hex(bytes(sequences.begin)), " ",
      crypto::Sha256Hex(bytes(sequences.item))));
}

absl::StatusOr<TrainedSequence> TrainItemSequence(const ItemSequences& sequences,
                                                  std::int64_t items,
                                                  const SequenceTrainingOptions& options) {
  CLIENTELE_RETURN_IF_ERROR(CheckSequences(sequences, items, options));
  // RandomSource's generator is the process's.
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  // Callers may have turned gradients off.
  const c10::InferenceMode with_gradients(false);
  const torch::jit::GraphOptimizerEnabledGuard without_optimizer(false);
  const training::SubnormalFlush flush;
  return SequenceLoop(sequences, items, options).Run();
}

}  // namespace clientele::recommend

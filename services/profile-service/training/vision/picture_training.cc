#include "services/profile-service/training/vision/picture_training.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <utility>

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/optim/adamw.h>

#include "absl/strings/str_format.h"

#include "common/status/status_macros.h"
#include "common/training/loop.h"
#include "services/profile-service/training/vision/distillation.h"
#include "services/profile-service/training/vision/picture_augmentation.h"
#include "services/profile-service/training/vision/teacher.h"

namespace clientele::profile {
namespace {

constexpr double kMaxGradientNorm = 2;
constexpr std::size_t kPicturesAtOnce = 32;
constexpr double kLeastFeatureDeviation = 1e-6;
// Biases begin at 0 and are to learn too.
constexpr double kLeastWeightSize = 1e-4;
constexpr double kLeastBiasSize = 0.1;
constexpr int kStartIterations = 60;
constexpr double kProjectionL2 = 10;

at::Tensor EmptyPixels(std::size_t pictures, std::int64_t side) {
  return at::empty({static_cast<std::int64_t>(pictures), 3, side, side}, at::kFloat);
}

absl::Span<float> PixelsOfRow(const at::Tensor& pixels, std::size_t row) {
  const auto size = static_cast<std::size_t>(pixels.numel() / pixels.size(0));
  return absl::Span<float>(pixels.data_ptr<float>() + row * size, size);
}

at::Tensor PlainPixels(const PictureSet& set, absl::Span<const std::size_t> rows,
                       std::int64_t side) {
  at::Tensor pixels = EmptyPixels(rows.size(), side);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    PlainView(set.pictures[rows[i]], side, PixelsOfRow(pixels, i));
  }
  return pixels;
}

// Of Beta(x, x), from two of Gamma(x, 1).
double SymmetricBeta(double x, std::mt19937_64& engine) {
  std::gamma_distribution<double> gamma(x, 1);
  const double a = gamma(engine);
  const double b = gamma(engine);
  return a + b > 0 ? a / (a + b) : 0.5;
}

class PictureTrainer {
 public:
  PictureTrainer(const torch::jit::Module& module, const PictureSet& set,
                 absl::Span<const std::size_t> rows, const PictureTeacher& teacher,
                 const PictureRecipe& recipe,
                 const std::function<void(absl::string_view)>& progress)
      : module_(module),
        set_(set),
        rows_(rows),
        teacher_(teacher),
        recipe_(recipe),
        progress_(progress),
        state_(training::StateOf(module)),
        class_weight_(module_.attr("class_weight").toTensor()),
        class_bias_(module_.attr("class_bias").toTensor()) {}

  absl::Status Run() {
    training::RandomSource random(recipe_.seed);
    CLIENTELE_RETURN_IF_ERROR(Prepare());
    for (training::NamedTensor& each : state_) each.tensor.set_requires_grad(true);
    const std::vector<training::NamedTensor> weights = state_;
    if (teacher_.present()) {
      projection_.set_requires_grad(true);
      state_.push_back({"training.projection", projection_});
    }
    torch::optim::AdamW optimizer(ParameterGroups());
    CLIENTELE_ASSIGN_OR_RETURN(
        training::BatchOrder order,
        training::BatchOrder::Create({.examples = rows_.size(),
                                      .batch_size = std::min(recipe_.batch, rows_.size()),
                                      .drop_last = true,
                                      .seed = recipe_.seed}));
    const std::int64_t steps = order.steps_per_epoch() * recipe_.epochs;
    const auto warm_up = static_cast<std::int64_t>(recipe_.warm_up * static_cast<double>(steps));
    average_ = training::Copy(weights);
    const auto result = training::RunLoop(
        {.epochs = recipe_.epochs,
         .max_gradient_norm = kMaxGradientNorm,
         .schedule = training::LearningRateSchedule::WarmUpCosine(
             std::max<std::int64_t>(1, warm_up), steps)},
        state_, optimizer, order, random,
        {.loss = [&](const training::Batch& batch) { return Loss(batch, random.engine()); },
         .progress = [&](const training::LoopProgress& at) { return AfterStep(at, weights); }});
    for (const training::NamedTensor& each : weights) each.tensor.set_requires_grad(false);
    CLIENTELE_RETURN_IF_ERROR(result.status());
    if (recipe_.average > 0) training::Assign(average_, weights);
    Balance();
    return absl::OkStatus();
  }

 private:
  // Brings the features of the training pictures to mean 0 and deviation 1, and begins with the
  // best linear classes of them: a training that begins with arbitrary ones first distorts what the
  // encoder knew (Kumar et al., Fine-tuning can distort pretrained features and underperform
  // out-of-distribution, ICLR 2022).
  absl::Status Prepare() {
    std::vector<std::int64_t> places(rows_.begin(), rows_.end());
    const at::Tensor taken = at::tensor(at::ArrayRef<std::int64_t>(places), at::kLong);
    std::vector<int> classes;
    classes.reserve(rows_.size());
    for (const std::size_t row : rows_) classes.push_back(set_.classes[row]);
    CLIENTELE_ASSIGN_OR_RETURN(const at::Tensor all, EncodePictures(module_, set_, recipe_.side));
    const at::NoGradGuard no_grad;
    const at::Tensor features = all.index_select(0, taken);
    const at::Tensor center = features.mean(0);
    const at::Tensor scale =
        1 / at::clamp_min((features - center).square().mean(0).sqrt(), kLeastFeatureDeviation);
    // What was scaled before is scaled once more.
    const at::Tensor old_center = module_.attr("feature_center").toTensor();
    const at::Tensor old_scale = module_.attr("feature_scale").toTensor();
    old_center.add_(center / old_scale);
    old_scale.mul_(scale);
    const at::Tensor scaled = (features - center) * scale;
    const at::Tensor targets = Targets(classes, taken, 0);
    const at::Tensor weights = FitSoftmax(scaled, targets, recipe_.start_l2, kStartIterations);
    class_weight_.copy_(weights.slice(1, 0, scaled.size(1)));
    class_bias_.copy_(weights.select(1, scaled.size(1)));
    if (teacher_.present()) {
      projection_ = FitProjection(scaled, teacher_.features.index_select(0, taken),
                                  recipe_.start_l2 * kProjectionL2);
    }
    return absl::OkStatus();
  }

  void Balance() {
    const at::NoGradGuard no_grad;
    at::Tensor counts = at::zeros({class_bias_.size(0)});
    for (const std::size_t row : rows_) counts.data_ptr<float>()[set_.classes[row]] += 1;
    const at::Tensor shares = at::clamp_min(counts, 1) / static_cast<double>(rows_.size());
    class_bias_.sub_(recipe_.balance * at::log(shares));
  }

  // [rows, labels]: labels and the teacher's chances of the places in the set.
  at::Tensor Targets(absl::Span<const int> classes, const at::Tensor& places,
                     double smoothing) const {
    const at::Tensor targets = SmoothedLabels(classes, class_weight_.size(0), smoothing);
    if (!teacher_.present()) return targets;
    const at::Tensor chances = at::softmax(teacher_.scores.index_select(0, places), 1);
    return targets * (1 - recipe_.teacher_share) + chances * recipe_.teacher_share;
  }

  // Steps of a tensor are in proportion to its values (You et al., LAMB, ICLR 2020, once, at the
  // start): folding batch norms leaves convolutions whose sizes differ a thousandfold.
  std::vector<torch::optim::OptimizerParamGroup> ParameterGroups() const {
    using Options = torch::optim::AdamWOptions;
    const auto group = [](const at::Tensor& tensor, double rate, double decay) {
      return torch::optim::OptimizerParamGroup(
          {tensor}, std::make_unique<Options>(Options(rate).weight_decay(decay)));
    };
    std::vector<torch::optim::OptimizerParamGroup> groups;
    groups.reserve(state_.size());
    for (const training::NamedTensor& each : state_) {
      const at::Tensor& tensor = each.tensor;
      const bool is_new = tensor.is_same(class_weight_) || tensor.is_same(class_bias_) ||
                          tensor.is_same(projection_);
      const double size = std::sqrt(tensor.detach().square().mean().item<double>());
      const double rate =
          is_new ? recipe_.head_learning_rate
                 : recipe_.learning_rate *
                       std::max(size, tensor.dim() > 1 ? kLeastWeightSize : kLeastBiasSize);
      // AdamW's decay is a multiple of the rate; the decay of a tensor is not to depend on its
      // size.
      const double decay =
          is_new ? recipe_.weight_decay : recipe_.weight_decay * recipe_.learning_rate / rate;
      groups.push_back(group(tensor, rate, tensor.dim() > 1 ? decay : 0));
    }
    return groups;
  }

  at::Tensor Loss(const training::Batch& batch, std::mt19937_64& engine) {
    const std::size_t count = batch.examples.size();
    at::Tensor pixels = EmptyPixels(count, recipe_.side);
    std::vector<int> classes;
    std::vector<std::int64_t> places;
    classes.reserve(count);
    places.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t place = rows_[batch.examples[i]];
      AugmentPicture(set_.pictures[place], recipe_.side, recipe_.augmentation, engine,
                     PixelsOfRow(pixels, i));
      classes.push_back(set_.classes[place]);
      places.push_back(static_cast<std::int64_t>(place));
    }
    const at::Tensor rows = at::tensor(at::ArrayRef<std::int64_t>(places), at::kLong);
    at::Tensor targets = Targets(classes, rows, recipe_.label_smoothing);
    at::Tensor taught;
    if (teacher_.present()) taught = teacher_.features.index_select(0, rows);
    if (recipe_.mixup > 0) {
      const double share = SymmetricBeta(recipe_.mixup, engine);
      // The order of a batch is random: its reverse is as good a partner as any.
      const auto mix = [share](const at::Tensor& x) {
        return x * share + x.flip({0}) * (1 - share);
      };
      pixels = mix(pixels);
      targets = mix(targets);
      if (taught.defined()) taught = mix(taught);
    }
    const at::Tensor features = module_.get_method("features")({pixels}).toTensor();
    at::Tensor loss = SoftCrossEntropy(at::linear(features, class_weight_, class_bias_), targets);
    if (taught.defined()) {
      loss = loss +
             recipe_.teacher_features * CosineDistance(at::linear(features, projection_), taught);
    }
    return loss;
  }

  absl::Status AfterStep(const training::LoopProgress& at,
                         const std::vector<training::NamedTensor>& weights) {
    const at::NoGradGuard no_grad;
    // Young averages forget faster.
    const auto step = static_cast<double>(at.step);
    const double kept = std::min(recipe_.average, (1 + step) / (10 + step));
    for (std::size_t i = 0; i < weights.size(); ++i) {
      average_[i].tensor.lerp_(weights[i].tensor, 1 - kept);
    }
    if (at.step % (at.steps / at.epochs) == 0 && progress_) {
      progress_(
          absl::StrFormat("epoch %d of %d, loss %.4f", at.epoch + 1, at.epochs, at.mean_loss));
    }
    return absl::OkStatus();
  }

  torch::jit::Module module_;
  const PictureSet& set_;
  const absl::Span<const std::size_t> rows_;
  const PictureTeacher& teacher_;
  const PictureRecipe& recipe_;
  const std::function<void(absl::string_view)>& progress_;
  std::vector<training::NamedTensor> state_;
  const at::Tensor class_weight_;
  const at::Tensor class_bias_;
  at::Tensor projection_;
  std::vector<training::NamedTensor> average_;
};

}  // namespace

absl::Status TrainPictureEncoder(const torch::jit::Module& module, const PictureSet& set,
                                 absl::Span<const std::size_t> rows, const PictureTeacher& teacher,
                                 const PictureRecipe& recipe,
                                 const std::function<void(absl::string_view)>& progress) try {
  return PictureTrainer(module, set, rows, teacher, recipe, progress).Run();
} catch (const std::exception&) {
  return absl::InternalError("the training's tensor operations failed");
}

absl::StatusOr<std::vector<int>> ClassifyPictures(const torch::jit::Module& module,
                                                  const PictureSet& set,
                                                  absl::Span<const std::size_t> rows,
                                                  std::int64_t side) try {
  const at::NoGradGuard no_grad;
  torch::jit::Module model = module;
  std::vector<int> classes;
  classes.reserve(rows.size());
  for (std::size_t begin = 0; begin < rows.size(); begin += kPicturesAtOnce) {
    const at::Tensor pixels = PlainPixels(set, rows.subspan(begin, kPicturesAtOnce), side);
    const at::Tensor scores = model.forward({pixels}).toTuple()->elements()[1].toTensor();
    const at::Tensor best = scores.argmax(1).to(at::kInt).contiguous();
    classes.insert(classes.end(), best.data_ptr<int>(), best.data_ptr<int>() + best.numel());
  }
  return classes;
} catch (const std::exception&) {
  return absl::InternalError("the model's tensor operations failed");
}

absl::StatusOr<at::Tensor> EncodePictures(const torch::jit::Module& module, const PictureSet& set,
                                          std::int64_t side) try {
  const at::NoGradGuard no_grad;
  const torch::jit::Module model = module;
  std::vector<std::size_t> rows(set.pictures.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  std::vector<at::Tensor> features;
  for (std::size_t begin = 0; begin < rows.size(); begin += kPicturesAtOnce) {
    const absl::Span<const std::size_t> batch =
        absl::MakeConstSpan(rows).subspan(begin, kPicturesAtOnce);
    features.push_back(model.get_method("features")({PlainPixels(set, batch, side)}).toTensor());
  }
  return at::cat(features);
} catch (const std::exception&) {
  return absl::InternalError("the model's tensor operations failed");
}

}  // namespace clientele::profile

#include "services/qa-service/training/intents/score_mixture.h"

#include <algorithm>
#include <cmath>

#include "common/status/error_details.h"
#include "services/qa-service/training/intents/linear_system.h"

namespace clientele::qa {
namespace {

constexpr int kMaxMixtureSteps = 100;
// Of the squared weights, beside the sum of the rows' losses.
constexpr double kMixturePenalty = 1e-3;

class MixtureFit {
 public:
  MixtureFit(const std::vector<std::vector<double>>& models, std::size_t classes,
             absl::Span<const int> labels)
      : models_(models), classes_(classes), labels_(labels), weights_(models.size(), 1.0) {}

  std::vector<double> Run() {
    double loss = Loss(weights_);
    for (int step = 0; step < kMaxMixtureSteps; ++step) {
      const std::vector<double> direction = Direction();
      if (direction.empty()) break;
      std::vector<double> next = weights_;
      double next_loss = loss;
      double length = 1;
      for (; length > 1e-10; length /= 2) {
        for (std::size_t m = 0; m < next.size(); ++m) {
          next[m] = std::max(0.0, weights_[m] - length * direction[m]);
        }
        next_loss = Loss(next);
        if (next_loss <= loss) break;
      }
      if (length <= 1e-10) break;
      const bool done = loss - next_loss <= 1e-10 * (1 + std::abs(loss));
      weights_ = next;
      loss = next_loss;
      if (done) break;
    }
    return weights_;
  }

 private:
  std::vector<absl::Span<const double>> RowOf(std::size_t row) const {
    std::vector<absl::Span<const double>> scores;
    scores.reserve(models_.size());
    for (const std::vector<double>& model : models_) {
      scores.push_back(absl::MakeConstSpan(model).subspan(row * classes_, classes_));
    }
    return scores;
  }

  double Loss(const std::vector<double>& weights) const {
    double loss = 0;
    for (const double weight : weights) loss += kMixturePenalty * weight * weight;
    for (std::size_t row = 0; row < labels_.size(); ++row) {
      const std::vector<double> logits = MixtureLogits(RowOf(row), weights);
      const double largest = *std::max_element(logits.begin(), logits.end());
      double sum = 0;
      for (const double logit : logits) sum += std::exp(logit - largest);
      loss += largest + std::log(sum) - logits[static_cast<std::size_t>(labels_[row])];
    }
    return loss;
  }

  // The Newton step over the weights that are not held at 0.
  std::vector<double> Direction() const {
    const std::size_t count = models_.size();
    std::vector<double> gradient(count, 0.0);
    std::vector<double> curvature(count * count, 0.0);
    for (std::size_t row = 0; row < labels_.size(); ++row) {
      const auto scores = RowOf(row);
      const std::vector<double> p = Softmax(MixtureLogits(scores, weights_));
      std::vector<double> means(count, 0.0);
      for (std::size_t m = 0; m < count; ++m) {
        for (std::size_t c = 0; c < classes_; ++c) means[m] += p[c] * scores[m][c];
        gradient[m] += means[m] - scores[m][static_cast<std::size_t>(labels_[row])];
      }
      for (std::size_t c = 0; c < classes_; ++c) {
        for (std::size_t m = 0; m < count; ++m) {
          for (std::size_t k = 0; k <= m; ++k) {
            curvature[m * count + k] +=
                p[c] * (scores[m][c] - means[m]) * (scores[k][c] - means[k]);
          }
        }
      }
    }
    for (std::size_t m = 0; m < count; ++m) {
      gradient[m] += 2 * kMixturePenalty * weights_[m];
      curvature[m * count + m] += 2 * kMixturePenalty;
    }
    for (std::size_t m = 0; m < count; ++m) {
      if (weights_[m] > 0 || gradient[m] < 0) continue;
      gradient[m] = 0;
      for (std::size_t k = 0; k < count; ++k) {
        curvature[m * count + k] = curvature[k * count + m] = 0;
      }
      curvature[m * count + m] = 1;
    }
    return SolvePositiveDefinite(std::move(curvature), std::move(gradient));
  }

  const std::vector<std::vector<double>>& models_;
  const std::size_t classes_;
  const absl::Span<const int> labels_;
  std::vector<double> weights_;
};

}  // namespace

std::vector<double> MixtureLogits(const std::vector<absl::Span<const double>>& models,
                                  absl::Span<const double> weights) {
  std::vector<double> logits(models.front().size(), 0.0);
  for (std::size_t m = 0; m < models.size(); ++m) {
    for (std::size_t c = 0; c < logits.size(); ++c) logits[c] += weights[m] * models[m][c];
  }
  return logits;
}

std::vector<double> Softmax(absl::Span<const double> logits) {
  const double largest = *std::max_element(logits.begin(), logits.end());
  std::vector<double> probabilities;
  probabilities.reserve(logits.size());
  double sum = 0;
  for (const double logit : logits) {
    probabilities.push_back(std::exp(logit - largest));
    sum += probabilities.back();
  }
  for (double& probability : probabilities) probability /= sum;
  return probabilities;
}

absl::StatusOr<std::vector<double>> FitScoreMixture(const std::vector<std::vector<double>>& models,
                                                    std::size_t classes,
                                                    absl::Span<const int> labels) {
  if (models.empty()) return InvalidField("models", "must not be empty");
  if (labels.empty()) return InvalidField("labels", "must not be empty");
  if (classes < 2) return InvalidField("classes", "must be at least 2");
  for (const int label : labels) {
    if (label < 0 || static_cast<std::size_t>(label) >= classes) {
      return InvalidField("labels", "must be in [0, classes)");
    }
  }
  for (const std::vector<double>& scores : models) {
    if (scores.size() != labels.size() * classes) {
      return InvalidField("models", "must have a score for each row and class");
    }
    if (!std::all_of(scores.begin(), scores.end(), [](double v) { return std::isfinite(v); })) {
      return InvalidField("models", "must be finite");
    }
  }
  return MixtureFit(models, classes, labels).Run();
}

}  // namespace clientele::qa

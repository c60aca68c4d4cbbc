#include "services/qa-service/training/intents/linear_svm.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <random>
#include <thread>

#include "common/status/error_details.h"

namespace clientele::qa {
namespace {

constexpr double kNone = std::numeric_limits<double>::infinity();

// In 16 sums, which the compiler keeps in vector registers.
float DotProduct(const float* a, const float* b, std::size_t size) {
  std::array<float, 16> sums = {};
  std::size_t i = 0;
  for (; i + sums.size() <= size; i += sums.size()) {
    for (std::size_t lane = 0; lane < sums.size(); ++lane) sums[lane] += a[i + lane] * b[i + lane];
  }
  float sum = 0;
  for (; i < size; ++i) sum += a[i] * b[i];
  return std::accumulate(sums.begin(), sums.end(), sum);
}

double ScoreRow(const FeatureRows& features, std::size_t row, const float* weights) {
  double score = 0;
  for (std::size_t i = features.offsets[row]; i < features.offsets[row + 1]; ++i) {
    score += static_cast<double>(weights[features.indices[i]] * features.values[i]);
  }
  const float* dense = weights + features.sparse_width;
  score += static_cast<double>(DotProduct(dense, features.Dense(row).data(), features.dense_width));
  return score + static_cast<double>(dense[features.dense_width]);
}

void AddRow(const FeatureRows& features, std::size_t row, float factor, float* weights) {
  for (std::size_t i = features.offsets[row]; i < features.offsets[row + 1]; ++i) {
    weights[features.indices[i]] += factor * features.values[i];
  }
  float* dense = weights + features.sparse_width;
  const absl::Span<const float> vector = features.Dense(row);
  for (std::size_t i = 0; i < vector.size(); ++i) dense[i] += factor * vector[i];
  dense[features.dense_width] += factor;
}

// One class against the rest: weights in, zeros; weights out.
class DualDescent {
 public:
  DualDescent(const FeatureRows& features, absl::Span<const std::size_t> rows,
              absl::Span<const float> squares, absl::Span<const int> classes_of, int positive,
              const SvmOptions& options)
      : features_(features),
        rows_(rows),
        squares_(squares),
        classes_of_(classes_of),
        positive_(positive),
        options_(options),
        diagonal_(0.5 / options.cost),
        random_(options.seed * 1000003 + static_cast<std::uint64_t>(positive)),
        alpha_(rows.size(), 0.0),
        order_(rows.size()) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
  }

  void Run(float* weights) {
    active_ = order_.size();
    double shrink_above = kNone;
    for (int pass = 0; pass < options_.max_passes; ++pass) {
      const Violations seen = Pass(shrink_above, weights);
      if (seen.largest - seen.smallest <= options_.tolerance) {
        if (active_ == order_.size()) return;
        active_ = order_.size();  // once more over all, nothing left out
        shrink_above = kNone;
        continue;
      }
      shrink_above = seen.largest > 0 ? seen.largest : kNone;
    }
  }

 private:
  // Of the projected gradients of one pass.
  struct Violations {
    double largest = -kNone;
    double smallest = kNone;
  };

  Violations Pass(double shrink_above, float* weights) {
    for (std::size_t i = 0; i < active_; ++i) {
      std::swap(order_[i], order_[i + random_() % (active_ - i)]);
    }
    Violations seen;
    for (std::size_t i = 0; i < active_;) {
      const std::size_t at = order_[i];
      const double sign = classes_of_[at] == positive_ ? 1 : -1;
      const double gradient =
          sign * ScoreRow(features_, rows_[at], weights) - 1 + diagonal_ * alpha_[at];
      double projected = gradient;
      if (alpha_[at] == 0) {
        if (gradient > shrink_above) {
          std::swap(order_[i], order_[--active_]);
          continue;
        }
        projected = std::min(gradient, 0.0);
      }
      seen.largest = std::max(seen.largest, projected);
      seen.smallest = std::min(seen.smallest, projected);
      if (std::abs(projected) > 1e-12) {
        const double before = alpha_[at];
        const double curvature = static_cast<double>(squares_[at]) + diagonal_;
        alpha_[at] = std::max(before - gradient / curvature, 0.0);
        AddRow(features_, rows_[at], static_cast<float>(sign * (alpha_[at] - before)), weights);
      }
      ++i;
    }
    return seen;
  }

  const FeatureRows& features_;
  const absl::Span<const std::size_t> rows_;
  const absl::Span<const float> squares_;
  const absl::Span<const int> classes_of_;
  const int positive_;
  const SvmOptions& options_;
  const double diagonal_;
  std::mt19937_64 random_;
  std::vector<double> alpha_;
  std::vector<std::size_t> order_;  // the active rows first
  std::size_t active_ = 0;
};

// |x|^2 with the constant 1.
std::vector<float> SquaresOf(const FeatureRows& features, absl::Span<const std::size_t> rows) {
  std::vector<float> squares;
  squares.reserve(rows.size());
  for (const std::size_t row : rows) {
    const absl::Span<const float> dense = features.Dense(row);
    float square = 1 + DotProduct(dense.data(), dense.data(), dense.size());
    for (std::size_t i = features.offsets[row]; i < features.offsets[row + 1]; ++i) {
      square += features.values[i] * features.values[i];
    }
    squares.push_back(square);
  }
  return squares;
}

}  // namespace

std::vector<double> LinearScorer::Score(const FeatureRows& features, std::size_t row) const {
  std::vector<double> scores(classes);
  for (std::size_t i = 0; i < classes; ++i) scores[i] = ScoreRow(features, row, Weights(i).data());
  return scores;
}

absl::StatusOr<LinearScorer> TrainLinearSvm(const FeatureRows& features,
                                            absl::Span<const std::size_t> rows,
                                            absl::Span<const int> classes_of, std::size_t classes,
                                            const SvmOptions& options) {
  if (rows.empty()) return InvalidField("rows", "must not be empty");
  if (classes < 2) return InvalidField("classes", "must be at least 2");
  if (classes_of.size() != rows.size()) {
    return InvalidField("classes_of", "must have one class for each row");
  }
  for (const int each : classes_of) {
    if (each < 0 || static_cast<std::size_t>(each) >= classes) {
      return InvalidField("classes_of", "must be in [0, classes)");
    }
  }
  if (!(options.cost > 0) || !(options.tolerance > 0) || options.max_passes < 1) {
    return InvalidField("options", "cost, tolerance and max_passes must be above 0");
  }
  LinearScorer scorer = {.classes = classes,
                         .sparse_width = features.sparse_width,
                         .dense_width = features.dense_width};
  const std::size_t stride = features.width() + 1;
  scorer.weights.assign(classes * stride, 0);
  const std::vector<float> squares = SquaresOf(features, rows);
  const std::size_t machines = classes == 2 ? 1 : classes;
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < machines; i = next++) {
      // Of two classes, the machine of the second.
      const std::size_t positive = machines == 1 ? 1 : i;
      DualDescent(features, rows, squares, classes_of, static_cast<int>(positive), options)
          .Run(&scorer.weights[positive * stride]);
    }
  };
  std::vector<std::thread> others;
  const auto threads = static_cast<std::size_t>(std::max(options.threads, 1));
  for (std::size_t i = 1; i < std::min(threads, machines); ++i) others.emplace_back(work);
  work();
  for (std::thread& thread : others) thread.join();
  if (machines == 1) {
    std::transform(scorer.weights.begin() + static_cast<std::ptrdiff_t>(stride),
                   scorer.weights.end(), scorer.weights.begin(), std::negate<>());
  }
  return scorer;
}

}  // namespace clientele::qa

#include "services/qa-service/training/intents/logistic_regression.h"

#include <algorithm>
#include <cmath>

#include "common/status/error_details.h"
#include "services/qa-service/training/intents/linear_system.h"

namespace clientele::qa {
namespace {

constexpr int kMaxSteps = 100;

double Log1pExp(double value) {
  return value > 0 ? value + std::log1p(std::exp(-value)) : std::log1p(std::exp(value));
}

// Columns as deviations from their mean in units of their standard deviation, and a 1 behind them.
struct StandardColumns {
  std::vector<double> mean;
  std::vector<double> deviation;
  std::vector<double> rows;  // [rows, width + 1]
};

StandardColumns Standardize(absl::Span<const double> x, std::size_t width, std::size_t count) {
  StandardColumns columns = {.mean = std::vector<double>(width, 0.0),
                             .deviation = std::vector<double>(width, 0.0),
                             .rows = std::vector<double>(count * (width + 1), 1.0)};
  const auto n = static_cast<double>(count);
  for (std::size_t j = 0; j < width; ++j) {
    for (std::size_t i = 0; i < count; ++i) columns.mean[j] += x[i * width + j] / n;
    for (std::size_t i = 0; i < count; ++i) {
      const double difference = x[i * width + j] - columns.mean[j];
      columns.deviation[j] += difference * difference / n;
    }
    columns.deviation[j] = std::sqrt(columns.deviation[j]);
    const bool constant = columns.deviation[j] <= 1e-12 * (1 + std::abs(columns.mean[j]));
    if (constant) columns.deviation[j] = 0;
    for (std::size_t i = 0; i < count; ++i) {
      columns.rows[i * (width + 1) + j] =
          constant ? 0 : (x[i * width + j] - columns.mean[j]) / columns.deviation[j];
    }
  }
  return columns;
}

class NewtonSteps {
 public:
  NewtonSteps(const std::vector<double>& rows, std::size_t size, absl::Span<const int> labels,
              double penalty)
      : rows_(rows), size_(size), labels_(labels), penalty_(penalty), w_(size, 0.0) {}

  std::vector<double> Run() {
    double loss = Loss(w_);
    for (int step = 0; step < kMaxSteps; ++step) {
      const std::vector<double> direction = Direction();
      if (direction.empty()) break;
      double length = 1;
      std::vector<double> next = w_;
      double next_loss = loss;
      for (; length > 1e-10; length /= 2) {
        for (std::size_t j = 0; j < size_; ++j) next[j] = w_[j] - length * direction[j];
        next_loss = Loss(next);
        if (next_loss <= loss) break;
      }
      if (length <= 1e-10) break;
      const bool done = loss - next_loss <= 1e-12 * (1 + std::abs(loss));
      w_ = next;
      loss = next_loss;
      if (done) break;
    }
    return w_;
  }

 private:
  double Logit(const std::vector<double>& w, std::size_t row) const {
    double logit = 0;
    for (std::size_t j = 0; j < size_; ++j) logit += w[j] * rows_[row * size_ + j];
    return logit;
  }

  double Loss(const std::vector<double>& w) const {
    double loss = 0;
    for (std::size_t j = 0; j + 1 < size_; ++j) loss += penalty_ / 2 * w[j] * w[j];
    for (std::size_t i = 0; i < labels_.size(); ++i) {
      const double logit = Logit(w, i);
      loss += Log1pExp(labels_[i] == 1 ? -logit : logit);
    }
    return loss;
  }

  std::vector<double> Direction() const {
    std::vector<double> gradient(size_, 0.0);
    std::vector<double> curvature(size_ * size_, 0.0);
    for (std::size_t j = 0; j + 1 < size_; ++j) {
      gradient[j] = penalty_ * w_[j];
      curvature[j * size_ + j] = penalty_;
    }
    for (std::size_t j = 0; j < size_; ++j) curvature[j * size_ + j] += 1e-9;
    for (std::size_t i = 0; i < labels_.size(); ++i) {
      const double p = 1 / (1 + std::exp(-Logit(w_, i)));
      const double* row = &rows_[i * size_];
      for (std::size_t j = 0; j < size_; ++j) {
        gradient[j] += (p - labels_[i]) * row[j];
        for (std::size_t k = 0; k <= j; ++k) {
          curvature[j * size_ + k] += p * (1 - p) * row[j] * row[k];
        }
      }
    }
    return SolvePositiveDefinite(std::move(curvature), std::move(gradient));
  }

  const std::vector<double>& rows_;
  const std::size_t size_;
  const absl::Span<const int> labels_;
  const double penalty_;
  std::vector<double> w_;
};

}  // namespace

double LogisticRegression::Logit(absl::Span<const double> x) const {
  double logit = bias;
  for (std::size_t j = 0; j < weights.size(); ++j) logit += weights[j] * x[j];
  return logit;
}

absl::StatusOr<LogisticRegression> FitLogisticRegression(absl::Span<const double> x,
                                                         std::size_t width,
                                                         absl::Span<const int> labels,
                                                         double penalty) {
  if (labels.empty()) return InvalidField("labels", "must not be empty");
  if (x.size() != labels.size() * width) return InvalidField("x", "must have a row for each label");
  if (!std::all_of(x.begin(), x.end(), [](double value) { return std::isfinite(value); })) {
    return InvalidField("x", "must be finite");
  }
  const auto ones = std::count(labels.begin(), labels.end(), 1);
  const auto zeros = std::count(labels.begin(), labels.end(), 0);
  if (ones + zeros != static_cast<std::ptrdiff_t>(labels.size())) {
    return InvalidField("labels", "must be 0 or 1");
  }
  if (ones == 0 || zeros == 0) return absl::FailedPreconditionError("all labels are equal");
  const StandardColumns columns = Standardize(x, width, labels.size());
  const std::vector<double> w = NewtonSteps(columns.rows, width + 1, labels, penalty).Run();
  LogisticRegression fitted = {.weights = std::vector<double>(width, 0.0), .bias = w[width]};
  for (std::size_t j = 0; j < width; ++j) {
    if (columns.deviation[j] == 0) continue;
    fitted.weights[j] = w[j] / columns.deviation[j];
    fitted.bias -= fitted.weights[j] * columns.mean[j];
  }
  return fitted;
}

}  // namespace clientele::qa

#include "common/evaluation/platt_scaling.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "common/evaluation/input_check.h"
#include "common/status/status_macros.h"

namespace clientele::evaluation {
namespace {

constexpr int kMaxIterations = 100;
constexpr int kMaxHalvings = 33;  // of a step of 1: to about 1e-10
constexpr double kGradientTolerance = 1e-9;
// Keeps the Hessian positive definite where all scores are equal.
constexpr double kRidge = 1e-12;

double Sigmoid(double x) {
  if (x >= 0) return 1 / (1 + std::exp(-x));
  const double e = std::exp(x);
  return e / (1 + e);
}

// Mean of -(t ln p + (1 - t) ln(1 - p)), without overflow.
double Loss(absl::Span<const double> scores, const std::vector<double>& targets,
            const PlattScaling& scaling) {
  double sum = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const double x = scaling.slope * scores[i] + scaling.intercept;
    sum += std::max(x, 0.0) - targets[i] * x + std::log1p(std::exp(-std::abs(x)));
  }
  return sum / static_cast<double>(scores.size());
}

// Fits on scores of about unit scale.
PlattScaling FitStandardized(absl::Span<const double> scores, const std::vector<double>& targets,
                             double positive_share) {
  const double n = static_cast<double>(scores.size());
  PlattScaling best{0, std::log(positive_share / (1 - positive_share))};
  double loss = Loss(scores, targets, best);
  for (int iteration = 0; iteration < kMaxIterations; ++iteration) {
    double g_slope = 0, g_intercept = 0, h_ss = kRidge, h_si = 0, h_ii = kRidge;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const double p = best.Probability(scores[i]);
      const double error = (p - targets[i]) / n;
      const double weight = p * (1 - p) / n;
      g_slope += error * scores[i];
      g_intercept += error;
      h_ss += weight * scores[i] * scores[i];
      h_si += weight * scores[i];
      h_ii += weight;
    }
    if (std::abs(g_slope) < kGradientTolerance && std::abs(g_intercept) < kGradientTolerance) break;
    const double determinant = h_ss * h_ii - h_si * h_si;
    const double d_slope = -(h_ii * g_slope - h_si * g_intercept) / determinant;
    const double d_intercept = -(h_ss * g_intercept - h_si * g_slope) / determinant;
    const double descent = g_slope * d_slope + g_intercept * d_intercept;
    bool descended = false;
    double step = 1;
    for (int halvings = 0; halvings <= kMaxHalvings; ++halvings, step /= 2) {
      const PlattScaling next{best.slope + step * d_slope, best.intercept + step * d_intercept};
      const double next_loss = Loss(scores, targets, next);
      if (next_loss <= loss + 1e-4 * step * descent) {
        best = next;
        loss = next_loss;
        descended = true;
        break;
      }
    }
    if (!descended) break;
  }
  return best;
}

}  // namespace

double PlattScaling::Probability(double score) const { return Sigmoid(slope * score + intercept); }

absl::StatusOr<PlattScaling> FitPlattScaling(absl::Span<const double> scores,
                                             absl::Span<const int> labels) {
  CLIENTELE_RETURN_IF_ERROR(CheckRows(scores.size(), labels.size()));
  CLIENTELE_RETURN_IF_ERROR(CheckFinite(scores, "score"));
  CLIENTELE_RETURN_IF_ERROR(CheckBinary(labels));
  const double n = static_cast<double>(labels.size());
  const double positives = static_cast<double>(std::count(labels.begin(), labels.end(), 1));
  const double negatives = n - positives;
  std::vector<double> targets(labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    targets[i] = labels[i] == 1 ? (positives + 1) / (positives + 2) : 1 / (negatives + 2);
  }
  // Margins may be in the millions: the numerical work is on standardized scores.
  double mean = 0;
  for (const double score : scores) mean += score / n;
  double variance = 0;
  for (const double score : scores) variance += (score - mean) * (score - mean) / n;
  const double scale = std::sqrt(variance);
  if (!std::isfinite(scale) || !(scale > 0)) {
    double target = 0;
    for (const double t : targets) target += t / n;
    return PlattScaling{0, std::log(target / (1 - target))};
  }
  std::vector<double> standardized(scores.size());
  for (std::size_t i = 0; i < scores.size(); ++i) standardized[i] = (scores[i] - mean) / scale;
  const PlattScaling fitted = FitStandardized(standardized, targets, (positives + 1) / (n + 2));
  return PlattScaling{fitted.slope / scale, fitted.intercept - fitted.slope * mean / scale};
}

}  // namespace clientele::evaluation

#include "services/recommend-service/training/ratings/rating_blend.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "common/frame/split.h"
#include "common/status/status_macros.h"
#include "common/training/seeds.h"
#include "services/recommend-service/training/ratings/rating_scale.h"
#include "services/recommend-service/training/side_by_side.h"

namespace clientele::recommend {
namespace {

constexpr double kHeldOutShare = 0.1;
// Fewer ratings say too little about weights.
constexpr std::size_t kLeastHeldOut = 50;
// Of the weights, in squared standard deviations of a rating.
constexpr double kWeightPenalty = 0.001;
constexpr int kDescents = 2000;

double Mean(absl::Span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) /
         std::max(1.0, static_cast<double>(values.size()));
}

double MeanProduct(absl::Span<const double> a, absl::Span<const double> b) {
  const double mean_a = Mean(a), mean_b = Mean(b);
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - mean_a) * (b[i] - mean_b);
  return sum / std::max(1.0, static_cast<double>(a.size()));
}

}  // namespace

std::vector<double> StackingWeights(absl::Span<const std::vector<double>> predictions,
                                    absl::Span<const double> actual, double penalty) {
  const std::size_t members = predictions.size();
  const double equal = 1 / static_cast<double>(members);
  std::vector<double> gram(members * members), target(members);
  for (std::size_t m = 0; m < members; ++m) {
    target[m] = MeanProduct(predictions[m], actual) + penalty * equal;
    for (std::size_t other = 0; other < members; ++other) {
      gram[m * members + other] =
          MeanProduct(predictions[m], predictions[other]) + (m == other ? penalty : 0);
    }
  }
  // Coordinate descent on a convex function, each coordinate held at 0 or above.
  std::vector<double> weights(members, equal);
  for (int descent = 0; descent < kDescents; ++descent) {
    for (std::size_t m = 0; m < members; ++m) {
      double rest = target[m];
      for (std::size_t other = 0; other < members; ++other) {
        if (other != m) rest -= gram[m * members + other] * weights[other];
      }
      const double curvature = gram[m * members + m];
      weights[m] = curvature > 0 ? std::max(0.0, rest / curvature) : equal;
    }
  }
  return weights;
}

absl::StatusOr<std::vector<double>> RatingBlend::Predict(
    const RatingTraining& training, absl::Span<const RatingQuery> queries) const {
  const SparseMatrix& ratings = training.ratings;
  const RatingScale scale(ratings);
  std::vector<SparseEntry> entries;
  entries.reserve(ratings.value.size());
  for (std::int64_t row = 0; row < ratings.rows; ++row) {
    for (std::size_t e = 0; e < ratings.Columns(row).size(); ++e) {
      entries.push_back(
          {static_cast<std::int32_t>(row), ratings.Columns(row)[e], ratings.Values(row)[e]});
    }
  }
  CLIENTELE_ASSIGN_OR_RETURN(
      const frame::Split split,
      frame::TrainValidationSplit(entries.size(), kHeldOutShare,
                                  training::DeriveSeed(training.seed, members_.size())));
  std::vector<SparseEntry> kept;
  std::vector<RatingQuery> held_out;
  std::vector<double> actual;
  kept.reserve(split.training.size());
  held_out.reserve(split.validation.size());
  actual.reserve(split.validation.size());
  for (const std::size_t row : split.training) kept.push_back(entries[row]);
  for (const std::size_t row : split.validation) {
    held_out.push_back({entries[row].row, entries[row].column});
    actual.push_back(scale.Standardized(entries[row].value));
  }
  const SparseMatrix inner = CompressRows(kept, ratings.rows, ratings.columns);
  const bool weighted = actual.size() >= kLeastHeldOut;

  // First the members on the whole, then those on the inner part.
  std::vector<absl::StatusOr<std::vector<double>>> fitted(members_.size() * (weighted ? 2 : 1),
                                                          absl::StatusOr<std::vector<double>>());
  SideBySide(training.threads, fitted.size(), [&](std::size_t task) {
    const std::size_t m = task % members_.size();
    const bool whole = task < members_.size();
    fitted[task] = members_[m]->Predict({.ratings = whole ? ratings : inner,
                                         .seed = training::DeriveSeed(training.seed, task),
                                         .for_comparison = !whole},
                                        whole ? queries : absl::MakeConstSpan(held_out));
  });
  std::vector<std::vector<double>> predicted;
  predicted.reserve(fitted.size());
  for (auto& part : fitted) {
    CLIENTELE_RETURN_IF_ERROR(part.status());
    for (double& value : *part) value = scale.Standardized(value);
    predicted.push_back(*std::move(part));
  }
  const absl::Span<const std::vector<double>> of_queries =
      absl::MakeConstSpan(predicted).subspan(0, members_.size());
  std::vector<double> weights(members_.size(), 1 / static_cast<double>(members_.size()));
  double offset = 0;
  if (weighted) {
    const absl::Span<const std::vector<double>> of_held_out =
        absl::MakeConstSpan(predicted).subspan(members_.size());
    weights = StackingWeights(of_held_out, actual, kWeightPenalty);
    offset = Mean(actual);
    for (std::size_t m = 0; m < members_.size(); ++m) offset -= weights[m] * Mean(of_held_out[m]);
  }
  std::vector<double> blended;
  blended.reserve(queries.size());
  for (std::size_t q = 0; q < queries.size(); ++q) {
    double sum = offset;
    for (std::size_t m = 0; m < members_.size(); ++m) sum += weights[m] * of_queries[m][q];
    blended.push_back(scale.Rating(sum));
  }
  return blended;
}

}  // namespace clientele::recommend

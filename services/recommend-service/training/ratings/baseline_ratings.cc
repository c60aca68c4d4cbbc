#include "services/recommend-service/training/ratings/baseline_ratings.h"

#include <cstddef>

#include "services/recommend-service/training/ratings/rating_scale.h"

namespace clientele::recommend {
namespace {

// Ratings at the mean that each customer and item begins with.
constexpr double kDamping = 5;
constexpr int kPasses = 20;

// Each row's bias with the columns' fixed.
std::vector<double> Biases(const SparseMatrix& ratings, const RatingScale& scale,
                           const std::vector<double>& columns) {
  std::vector<double> biases(static_cast<std::size_t>(ratings.rows), 0);
  for (std::int64_t row = 0; row < ratings.rows; ++row) {
    double sum = 0;
    for (std::size_t e = 0; e < ratings.Columns(row).size(); ++e) {
      sum += ratings.Values(row)[e] - scale.mean() -
             columns[static_cast<std::size_t>(ratings.Columns(row)[e])];
    }
    biases[static_cast<std::size_t>(row)] =
        sum / (static_cast<double>(ratings.RowEntries(row)) + kDamping);
  }
  return biases;
}

}  // namespace

absl::StatusOr<std::vector<double>> BaselineRatings::Predict(
    const RatingTraining& training, absl::Span<const RatingQuery> queries) const {
  const RatingScale scale(training.ratings);
  const SparseMatrix by_item = Transpose(training.ratings);
  std::vector<double> customers(static_cast<std::size_t>(training.ratings.rows), 0);
  std::vector<double> items;
  for (int pass = 0; pass < kPasses; ++pass) {
    items = Biases(by_item, scale, customers);
    customers = Biases(training.ratings, scale, items);
  }
  std::vector<double> predicted;
  predicted.reserve(queries.size());
  for (const RatingQuery& query : queries) {
    const double rating = scale.mean() + customers[static_cast<std::size_t>(query.customer)] +
                          items[static_cast<std::size_t>(query.item)];
    predicted.push_back(scale.Rating(scale.Standardized(rating)));
  }
  return predicted;
}

}  // namespace clientele::recommend

#include "services/recommend-service/training/ratings/sgd_factorization.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>

#include "services/recommend-service/training/ratings/random_draws.h"
#include "services/recommend-service/training/ratings/rating_scale.h"

namespace clientele::recommend {
namespace {

class SgdFit {
 public:
  SgdFit(const RatingTraining& training, const SgdFactorizationOptions& options)
      : ratings_(training.ratings),
        scale_(ratings_),
        options_(options),
        k_(static_cast<std::size_t>(options.factors)),
        random_(training.seed),
        customer_biases_(static_cast<std::size_t>(ratings_.rows), 0.0f),
        item_biases_(static_cast<std::size_t>(ratings_.columns), 0.0f),
        p_(Start(ratings_.rows)),
        q_(Start(ratings_.columns)),
        implicit_(k_, 0.0f) {
    if (options.implicit_terms) y_ = Start(ratings_.columns);
  }

  void Run() {
    std::vector<std::int64_t> customers(static_cast<std::size_t>(ratings_.rows));
    std::iota(customers.begin(), customers.end(), std::int64_t{0});
    for (int epoch = 0; epoch < options_.epochs; ++epoch) {
      ShuffleInPlace(customers);
      for (const std::int64_t customer : customers) StepCustomer(customer);
    }
  }

  double Predict(const RatingQuery& query) {
    SumImplicit(query.customer);
    return scale_.Rating(
        Score(static_cast<std::size_t>(query.customer), static_cast<std::size_t>(query.item)));
  }

 private:
  std::vector<float> Start(std::int64_t rows) {
    std::vector<float> values(static_cast<std::size_t>(rows) * k_);
    for (float& value : values)
      value = static_cast<float>(options_.initial_scale * random_.Normal());
    return values;
  }

  template <typename T>
  void ShuffleInPlace(std::vector<T>& values) {
    for (std::size_t i = values.size(); i > 1; --i)
      std::swap(values[i - 1], values[random_.Below(i)]);
  }

  // implicit_ = |N(u)|^-1/2 sum y_j.
  void SumImplicit(std::int64_t customer) {
    if (y_.empty()) return;
    std::fill(implicit_.begin(), implicit_.end(), 0.0f);
    const absl::Span<const std::int32_t> rated = ratings_.Columns(customer);
    if (rated.empty()) return;
    for (const std::int32_t item : rated) {
      const float* const y = &y_[static_cast<std::size_t>(item) * k_];
      for (std::size_t i = 0; i < k_; ++i) implicit_[i] += y[i];
    }
    const float norm = 1 / std::sqrt(static_cast<float>(rated.size()));
    for (float& value : implicit_) value *= norm;
  }

  double Score(std::size_t customer, std::size_t item) const {
    const float* const p = &p_[customer * k_];
    const float* const q = &q_[item * k_];
    float sum = 0;
    for (std::size_t i = 0; i < k_; ++i) sum += (p[i] + implicit_[i]) * q[i];
    return static_cast<double>(customer_biases_[customer]) + item_biases_[item] + sum;
  }

  void StepCustomer(std::int64_t customer) {
    const absl::Span<const std::int32_t> rated = ratings_.Columns(customer);
    if (rated.empty()) return;
    order_.resize(rated.size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    ShuffleInPlace(order_);
    SumImplicit(customer);
    const auto rate = static_cast<float>(options_.learning_rate);
    const float keep = 1 - rate * static_cast<float>(options_.penalty);
    const float norm = 1 / std::sqrt(static_cast<float>(rated.size()));
    // What the steps did to each y_j: y_j = shrunk y_j + moved.
    float shrunk = 1;
    moved_.assign(y_.empty() ? 0 : k_, 0.0f);
    float* const p = &p_[static_cast<std::size_t>(customer) * k_];
    float& customer_bias = customer_biases_[static_cast<std::size_t>(customer)];
    for (const std::size_t at : order_) {
      const auto item = static_cast<std::size_t>(rated[at]);
      float* const q = &q_[item * k_];
      const double error = scale_.Standardized(ratings_.Values(customer)[at]) -
                           Score(static_cast<std::size_t>(customer), item);
      const float step = rate * static_cast<float>(error);
      customer_bias = keep * customer_bias + step;
      item_biases_[item] = keep * item_biases_[item] + step;
      if (y_.empty()) {
        for (std::size_t i = 0; i < k_; ++i) {
          const float before = p[i];
          p[i] = keep * before + step * q[i];
          q[i] = keep * q[i] + step * before;
        }
        continue;
      }
      // The sum of |N(u)| terms moves by |N(u)|^1/2 times one term's move of step |N(u)|^-1/2 q.
      for (std::size_t i = 0; i < k_; ++i) {
        const float before = p[i], sum = implicit_[i], factor = q[i];
        p[i] = keep * before + step * factor;
        q[i] = keep * factor + step * (before + sum);
        implicit_[i] = keep * sum + step * factor;
        moved_[i] = keep * moved_[i] + step * norm * factor;
      }
      shrunk *= keep;
    }
    if (y_.empty()) return;
    for (const std::int32_t item : rated) {
      float* const y = &y_[static_cast<std::size_t>(item) * k_];
      for (std::size_t i = 0; i < k_; ++i) y[i] = shrunk * y[i] + moved_[i];
    }
  }

  const SparseMatrix& ratings_;
  const RatingScale scale_;
  const SgdFactorizationOptions options_;
  const std::size_t k_;
  RandomDraws random_;
  std::vector<float> customer_biases_, item_biases_;
  std::vector<float> p_, q_, y_;  // row-major, K values a row
  std::vector<float> implicit_;   // of the customer at hand
  std::vector<float> moved_;
  std::vector<std::size_t> order_;
};

}  // namespace

SgdFactorizationOptions SvdPlusPlus() {
  return {
      .factors = 20, .epochs = 25, .learning_rate = 0.007, .penalty = 0.04, .implicit_terms = true};
}

absl::StatusOr<std::vector<double>> SgdFactorization::Predict(
    const RatingTraining& training, absl::Span<const RatingQuery> queries) const {
  SgdFit fit(training, options_);
  fit.Run();
  std::vector<double> predicted;
  predicted.reserve(queries.size());
  for (const RatingQuery& query : queries) predicted.push_back(fit.Predict(query));
  return predicted;
}

}  // namespace clientele::recommend

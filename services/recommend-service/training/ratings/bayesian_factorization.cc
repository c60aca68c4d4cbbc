#include "services/recommend-service/training/ratings/bayesian_factorization.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include <cblas.h>

#include "services/recommend-service/training/ratings/normal_wishart.h"
#include "services/recommend-service/training/ratings/random_draws.h"
#include "services/recommend-service/training/ratings/rating_scale.h"
#include "services/recommend-service/training/ratings/small_cholesky.h"

namespace clientele::recommend {
namespace {

constexpr double kFactorStartScale = 0.1;
// Of the normal-Wishart prior: as if so many rows with mean 0 had been seen.
constexpr double kPriorRows = 2;
// Of the prior of the implicit vectors' precisions: shape 1/2 and half of this as the rate.
constexpr double kImplicitPrior = 0.01;
// Of the samples, one in so many is drawn where predictions are only compared.
constexpr int kComparedPart = 3;

// One side's rows. A row's vector is (bias, K factors): `own` of its normal prior plus `implicit`
// of who or what it met.
struct Side {
  SparseMatrix ratings;               // rows of this side
  std::vector<std::size_t> residual;  // of each entry: where its residual is
  std::vector<double> own;            // rows x D
  std::vector<double> implicit;       // rows x D
  std::vector<double> total;          // own + implicit
  std::vector<double> given;          // rows x D: what each row gives to those of the other side
  std::vector<double> norm;           // |N|^-1/2, 0 for rows without ratings

  std::size_t rows() const { return static_cast<std::size_t>(ratings.rows); }
};

class GibbsSampler {
 public:
  GibbsSampler(const RatingTraining& training, const BayesianFactorizationOptions& options)
      : scale_(training.ratings),
        d_(static_cast<std::size_t>(options.factors) + 1),
        implicit_terms_(options.implicit_terms),
        random_(training.seed),
        residuals_(training.ratings.value.size()) {
    customers_.ratings = training.ratings;
    items_.ratings = Transpose(training.ratings);
    for (float& value : customers_.ratings.value) {
      value = static_cast<float>(scale_.Standardized(value));
    }
    for (float& value : items_.ratings.value) {
      value = static_cast<float>(scale_.Standardized(value));
    }
    NumberResiduals();
    for (Side* side : {&customers_, &items_}) {
      side->own.resize(side->rows() * d_);
      for (std::size_t i = 0; i < side->own.size(); ++i) {
        side->own[i] = i % d_ == 0 ? 0 : kFactorStartScale * random_.Normal();
      }
      side->implicit.assign(side->own.size(), 0);
      side->given.assign(side->own.size(), 0);
      side->total = side->own;
      side->norm.resize(side->rows());
      for (std::size_t row = 0; row < side->rows(); ++row) {
        const auto count =
            static_cast<double>(side->ratings.RowEntries(static_cast<std::int64_t>(row)));
        side->norm[row] = count > 0 ? 1 / std::sqrt(count) : 0;
      }
    }
    UpdateResiduals();
    DrawNoise();
  }

  void Sweep() {
    const NormalParameters customers = DrawOwn(customers_, items_);
    const NormalParameters items = DrawOwn(items_, customers_);
    if (implicit_terms_) {
      DrawSplit(customers_, items_, customers);
      DrawSplit(items_, customers_, items);
    }
    UpdateResiduals();
    if (implicit_terms_) {
      DrawImplicit(customers_, items_);
      DrawImplicit(items_, customers_);
    }
    DrawNoise();
  }

  double Predict(const RatingQuery& query) const {
    return scale_.Rating(
        Score(static_cast<std::size_t>(query.customer), static_cast<std::size_t>(query.item)));
  }

 private:
  // Residuals are in the order of the customers' rows.
  void NumberResiduals() {
    std::vector<std::size_t> next(items_.rows());
    for (std::size_t item = 0; item < next.size(); ++item) {
      next[item] = static_cast<std::size_t>(items_.ratings.begin[item]);
    }
    customers_.residual.resize(residuals_.size());
    items_.residual.resize(residuals_.size());
    for (std::size_t e = 0; e < residuals_.size(); ++e) {
      customers_.residual[e] = e;
      items_.residual[next[static_cast<std::size_t>(customers_.ratings.column[e])]++] = e;
    }
  }

  double Score(std::size_t customer, std::size_t item) const {
    const double* const u = &customers_.total[customer * d_];
    const double* const i = &items_.total[item * d_];
    double score = u[0] + i[0];
    for (std::size_t k = 1; k < d_; ++k) score += u[k] * i[k];
    return score;
  }

  void UpdateResiduals() {
    std::size_t e = 0;
    for (std::size_t customer = 0; customer < customers_.rows(); ++customer) {
      for (const std::int32_t item :
           customers_.ratings.Columns(static_cast<std::int64_t>(customer))) {
        residuals_[e] =
            customers_.ratings.value[e] - Score(customer, static_cast<std::size_t>(item));
        ++e;
      }
    }
  }

  void DrawNoise() {
    double squares = 0;
    for (const double residual : residuals_) squares += residual * residual;
    noise_precision_ =
        random_.Gamma(0.5 * (static_cast<double>(residuals_.size()) + 2)) / (0.5 * (squares + 2));
  }

  // Each row's own vector, given the other side's and hyperparameters that are drawn before.
  NormalParameters DrawOwn(Side& side, const Side& other) {
    const NormalParameters prior = DrawNormalParameters(side.own, d_, kPriorRows, random_);
    std::vector<double> pull(d_, 0);
    for (std::size_t i = 0; i < d_; ++i) {
      for (std::size_t j = 0; j < d_; ++j) pull[i] += prior.precision[i * d_ + j] * prior.mean[j];
    }
    const int d = static_cast<int>(d_);
    std::vector<double> precision, vector, features, targets;
    for (std::size_t row = 0; row < side.rows(); ++row) {
      const auto columns = side.ratings.Columns(static_cast<std::int64_t>(row));
      const auto values = side.ratings.Values(static_cast<std::int64_t>(row));
      const double* const implicit = &side.implicit[row * d_];
      precision = prior.precision;
      vector = pull;
      features.resize(columns.size() * d_);
      targets.resize(columns.size());
      for (std::size_t e = 0; e < columns.size(); ++e) {
        const double* const met = &other.total[static_cast<std::size_t>(columns[e]) * d_];
        double* const feature = &features[e * d_];
        feature[0] = 1;
        double target = values[e] - met[0] - implicit[0];
        for (std::size_t k = 1; k < d_; ++k) {
          feature[k] = met[k];
          target -= implicit[k] * met[k];
        }
        targets[e] = target;
      }
      if (!columns.empty()) {
        const int n = static_cast<int>(columns.size());
        cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, d, n, noise_precision_, features.data(),
                    d, 1, precision.data(), d);
        cblas_dgemv(CblasRowMajor, CblasTrans, n, d, noise_precision_, features.data(), d,
                    targets.data(), 1, 1, vector.data(), 1);
      }
      FactorizeInPlace(precision.data(), d_);
      SolveLower(precision.data(), d_, vector.data());
      for (double& value : vector) value += random_.Normal();
      SolveLowerTransposed(precision.data(), d_, vector.data());
      for (std::size_t k = 0; k < d_; ++k) {
        side.own[row * d_ + k] = vector[k];
        side.total[row * d_ + k] = vector[k] + implicit[k];
      }
    }
    return prior;
  }

  // The precision of one coordinate of what the rows of a side give.
  double DrawGivenPrecision(const Side& giver, std::size_t k) {
    double squares = 0;
    for (std::size_t row = 0; row < giver.rows(); ++row) {
      squares += giver.given[row * d_ + k] * giver.given[row * d_ + k];
    }
    return random_.Gamma(0.5 * (static_cast<double>(giver.rows()) + 1)) /
           (0.5 * (squares + kImplicitPrior));
  }

  // What the rows of `giver` give to those of `taker` while the takers' totals stay as they are:
  // the totals' normal distribution around it is all that speaks, and predictions do not change.
  void DrawSplit(Side& taker, Side& giver, const NormalParameters& prior) {
    std::vector<double> pulls(taker.rows());
    for (std::size_t k = 0; k < d_; ++k) {
      const double given_precision = DrawGivenPrecision(giver, k);
      const double own_precision = prior.precision[k * d_ + k];
      for (std::size_t row = 0; row < taker.rows(); ++row) {
        double pull = 0;
        for (std::size_t j = 0; j < d_; ++j) {
          pull += prior.precision[k * d_ + j] * (taker.own[row * d_ + j] - prior.mean[j]);
        }
        pulls[row] = pull;
      }
      for (std::size_t row = 0; row < giver.rows(); ++row) {
        double& given = giver.given[row * d_ + k];
        const auto takers = giver.ratings.Columns(static_cast<std::int64_t>(row));
        double weight = 0, target = 0;
        for (const std::int32_t column : takers) {
          const auto t = static_cast<std::size_t>(column);
          weight += taker.norm[t] * taker.norm[t];
          target += taker.norm[t] * pulls[t];
        }
        const double precision = given_precision + own_precision * weight;
        const double drawn = (target + own_precision * weight * given) / precision +
                             random_.Normal() / std::sqrt(precision);
        for (const std::int32_t column : takers) {
          const auto t = static_cast<std::size_t>(column);
          const double move = taker.norm[t] * (drawn - given);
          pulls[t] -= own_precision * move;
          taker.own[t * d_ + k] -= move;
          taker.implicit[t * d_ + k] += move;
        }
        given = drawn;
      }
    }
  }

  // What the rows of `giver` give to those of `taker` while the takers' own vectors stay as they
  // are. The ratings of a taker speak of its sum alone, so that one pass over them makes what all
  // givers need.
  void DrawImplicit(Side& taker, Side& giver) {
    std::vector<double> squares(taker.rows()), errors(taker.rows()), moves(taker.rows());
    const auto feature = [&](std::int32_t column, std::size_t k) {
      return k == 0 ? 1.0 : giver.total[static_cast<std::size_t>(column) * d_ + k];
    };
    for (std::size_t k = 0; k < d_; ++k) {
      const double prior = DrawGivenPrecision(giver, k);
      std::size_t e = 0;
      for (std::size_t row = 0; row < taker.rows(); ++row) {
        double square = 0, error = 0;
        for (const std::int32_t column : taker.ratings.Columns(static_cast<std::int64_t>(row))) {
          const double f = feature(column, k);
          square += f * f;
          error += f * residuals_[taker.residual[e++]];
        }
        squares[row] = square;
        errors[row] = error;
        moves[row] = 0;
      }
      for (std::size_t row = 0; row < giver.rows(); ++row) {
        double& given = giver.given[row * d_ + k];
        const auto takers = giver.ratings.Columns(static_cast<std::int64_t>(row));
        double precision = 0, target = 0;
        for (const std::int32_t column : takers) {
          const auto t = static_cast<std::size_t>(column);
          const double weight = taker.norm[t] * squares[t];
          precision += taker.norm[t] * weight;
          target += taker.norm[t] * (errors[t] + weight * given);
        }
        precision = prior + noise_precision_ * precision;
        const double drawn =
            noise_precision_ * target / precision + random_.Normal() / std::sqrt(precision);
        for (const std::int32_t column : takers) {
          const auto t = static_cast<std::size_t>(column);
          const double move = taker.norm[t] * (drawn - given);
          errors[t] -= move * squares[t];
          moves[t] += move;
        }
        given = drawn;
      }
      e = 0;
      for (std::size_t row = 0; row < taker.rows(); ++row) {
        taker.implicit[row * d_ + k] += moves[row];
        taker.total[row * d_ + k] += moves[row];
        for (const std::int32_t column : taker.ratings.Columns(static_cast<std::int64_t>(row))) {
          residuals_[taker.residual[e++]] -= moves[row] * feature(column, k);
        }
      }
    }
  }

  const RatingScale scale_;
  const std::size_t d_;  // K + 1
  const bool implicit_terms_;
  RandomDraws random_;
  Side customers_, items_;
  std::vector<double> residuals_;
  double noise_precision_ = 1;
};

}  // namespace

absl::StatusOr<std::vector<double>> BayesianFactorization::Predict(
    const RatingTraining& training, absl::Span<const RatingQuery> queries) const {
  GibbsSampler sampler(training, options_);
  for (int sweep = 0; sweep < options_.burn_in; ++sweep) sampler.Sweep();
  const int samples = training.for_comparison
                          ? (options_.samples + kComparedPart - 1) / kComparedPart
                          : options_.samples;
  std::vector<double> predicted(queries.size(), 0);
  for (int sample = 0; sample < samples; ++sample) {
    sampler.Sweep();
    for (std::size_t q = 0; q < queries.size(); ++q) predicted[q] += sampler.Predict(queries[q]);
  }
  for (double& value : predicted) value /= samples;
  return predicted;
}

}  // namespace clientele::recommend

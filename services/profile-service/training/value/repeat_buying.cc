#include "services/profile-service/training/value/repeat_buying.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "services/profile-service/training/value/likelihood.h"

namespace clientele::profile {
namespace {

RepeatBuying ModelOf(const std::vector<double>& logarithms) {
  return {.r = std::exp(logarithms[0]),
          .alpha = std::exp(logarithms[1]),
          .a = std::exp(logarithms[2]),
          .b = std::exp(logarithms[3])};
}

// Of having left, against not having done so: a / (b + x - 1) * ((alpha + T) / (alpha +
// t_x))^(r+x).
double OddsOfLeft(const RepeatBuying& model, const BuyingRecord& record) {
  if (record.repeats <= 0) return 0;
  return model.a / (model.b + record.repeats - 1) *
         std::pow((model.alpha + record.age) / (model.alpha + record.recency),
                  model.r + record.repeats);
}

double LogLikelihood(const RepeatBuying& model, const BuyingRecord& record) {
  const double x = record.repeats;
  const double purchases = std::lgamma(model.r + x) - std::lgamma(model.r) +
                           model.r * std::log(model.alpha) -
                           (model.r + x) * std::log(model.alpha + record.age);
  const double stays = std::lgamma(model.a + model.b) + std::lgamma(model.b + x) -
                       std::lgamma(model.b) - std::lgamma(model.a + model.b + x);
  return purchases + stays + std::log1p(OddsOfLeft(model, record));
}

// Gauss's 2F1(a, b; c; z) for 0 <= z < 1, as its series.
double Hypergeometric(double a, double b, double c, double z) {
  constexpr int kMaxTerms = 100'000;
  double term = 1;
  double sum = 1;
  for (int n = 0; n < kMaxTerms; ++n) {
    term *= (a + n) * (b + n) / ((c + n) * (n + 1)) * z;
    sum += term;
    if (std::abs(term) < 1e-13 * std::abs(sum)) break;
  }
  return sum;
}

}  // namespace

absl::StatusOr<RepeatBuying> FitRepeatBuying(absl::Span<const BuyingRecord> records) {
  if (std::none_of(records.begin(), records.end(),
                   [](const BuyingRecord& record) { return record.repeats > 0; })) {
    return absl::InvalidArgumentError("no customer bought twice: repeat buying cannot be learned");
  }
  const auto likelihood = [&](const std::vector<double>& logarithms) {
    const RepeatBuying model = ModelOf(logarithms);
    double sum = 0;
    for (const BuyingRecord& record : records) sum += LogLikelihood(model, record);
    return sum;
  };
  const LikelihoodMaximum found = MaximizeLikelihood(likelihood, records.size(), {0, 1, 0, 0});
  RepeatBuying model = ModelOf(found.at);
  model.log_likelihood = found.value;
  return model;
}

double ExpectedPurchases(const RepeatBuying& model, const BuyingRecord& record, double weeks) {
  const double x = record.repeats;
  const double z = weeks / (model.alpha + record.age + weeks);
  // Where a is 1 both the factor's denominator and the difference vanish; beside it they do not.
  const double a = std::abs(model.a - 1) < 1e-6 ? 1 + 1e-6 : model.a;
  // (1 - z)^(r+x) 2F1(r+x, b+x; a+b+x-1; z), by Euler's transformation: no factor is huge.
  const double left = std::pow(1 - z, a - 1) *
                      Hypergeometric(a + model.b - 1 - model.r, a - 1, a + model.b + x - 1, z);
  return (a + model.b + x - 1) / (a - 1) * (1 - left) / (1 + OddsOfLeft(model, record));
}

double ProbabilityAlive(const RepeatBuying& model, const BuyingRecord& record) {
  return 1 / (1 + OddsOfLeft(model, record));
}

}  // namespace clientele::profile

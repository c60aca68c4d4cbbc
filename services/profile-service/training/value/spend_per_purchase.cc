#include "services/profile-service/training/value/spend_per_purchase.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "services/profile-service/training/value/likelihood.h"

namespace clientele::profile {
namespace {

SpendPerPurchase SpendOf(const std::vector<double>& logarithms) {
  return {
      .p = std::exp(logarithms[0]), .q = std::exp(logarithms[1]), .gamma = std::exp(logarithms[2])};
}

double SpendLogLikelihood(const SpendPerPurchase& model, const BuyingRecord& record) {
  const double shape = model.p * record.repeats;
  return std::lgamma(shape + model.q) - std::lgamma(shape) - std::lgamma(model.q) +
         model.q * std::log(model.gamma) + (shape - 1) * std::log(record.mean_amount) +
         shape * std::log(record.repeats) -
         (shape + model.q) * std::log(model.gamma + record.repeats * record.mean_amount);
}

}  // namespace

absl::StatusOr<SpendPerPurchase> FitSpendPerPurchase(absl::Span<const BuyingRecord> records) {
  std::vector<BuyingRecord> repeated;
  double mean = 0;
  for (const BuyingRecord& record : records) {
    if (record.repeats <= 0 || !(record.mean_amount > 0)) continue;
    repeated.push_back(record);
    mean += record.mean_amount;
  }
  if (repeated.empty()) {
    return absl::InvalidArgumentError("no customer bought twice: amounts cannot be learned");
  }
  mean /= static_cast<double>(repeated.size());
  const auto likelihood = [&](const std::vector<double>& logarithms) {
    const SpendPerPurchase model = SpendOf(logarithms);
    double sum = 0;
    for (const BuyingRecord& record : repeated) sum += SpendLogLikelihood(model, record);
    return sum;
  };
  const LikelihoodMaximum found =
      MaximizeLikelihood(likelihood, repeated.size(), {1, 1, std::log(mean)});
  SpendPerPurchase model = SpendOf(found.at);
  model.log_likelihood = found.value;
  return model;
}

double ExpectedAmount(const SpendPerPurchase& model, const BuyingRecord& record) {
  constexpr double kLeast = 0.1;
  const double below = std::max(model.p * record.repeats + model.q - 1, kLeast);
  return (model.gamma + record.mean_amount * record.repeats) * model.p / below;
}

}  // namespace clientele::profile

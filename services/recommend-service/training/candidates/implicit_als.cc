#include "services/recommend-service/training/candidates/implicit_als.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <exception>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "common/training/seeds.h"
#include "services/recommend-service/training/als_half_step.h"
#include "services/recommend-service/training/candidates/factor_scorer.h"

namespace clientele::recommend {
namespace {

// Of the dot products at the start, which are small beside the observed ones.
constexpr double kStartScale = 0.1;

}  // namespace

std::string ImplicitAls::Description() const {
  return absl::StrCat("als(factors=", options_.factors,
                      ", unobserved_weight=", options_.unobserved_weight,
                      ", penalty=", options_.penalty, ")");
}

absl::StatusOr<std::unique_ptr<ItemScorer>> ImplicitAls::Fit(
    const CandidateTraining& training) const try {
  const c10::InferenceMode no_gradients;
  const ImplicitLossWeights weights{options_.unobserved_weight, options_.penalty, 0};
  const AlsRows by_customer = ToAlsRows(training.interactions, at::kFloat);
  const AlsRows by_item = ToAlsRows(Transpose(training.interactions), at::kFloat);
  const int starts = training.for_comparison ? 1 : options_.starts;
  std::vector<at::Tensor> customer_factors, item_factors;
  for (int start = 0; start < starts; ++start) {
    at::Generator generator = training::TorchGenerator(
        training::DeriveSeed(training.seed, static_cast<std::uint64_t>(start)));
    AlsSide customers{
        at::randn({training.interactions.rows, options_.factors}, generator, at::kFloat) *
            (kStartScale / std::sqrt(static_cast<double>(options_.factors))),
        {}};
    AlsSide items;
    for (int epoch = 0; epoch < options_.epochs; ++epoch) {
      items = SolveAlsSide(by_item, customers, 0, weights, training.threads);
      customers = SolveAlsSide(by_customer, items, 0, weights, training.threads);
    }
    customer_factors.push_back(customers.factors);
    item_factors.push_back(items.factors / static_cast<double>(starts));
  }
  // The mean of products is the product of the factors side by side.
  return std::make_unique<FactorScorer>(at::cat(customer_factors, 1), at::cat(item_factors, 1));
} catch (const std::exception&) {
  return absl::InternalError("the factorization's linear algebra failed");
}

}  // namespace clientele::recommend

#include "services/recommend-service/training/als_factorizer.h"

#include <algorithm>
#include <exception>
#include <functional>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "absl/status/status.h"

#include "common/status/status_macros.h"
#include "common/training/seeds.h"
#include "services/recommend-service/training/als_half_step.h"
#include "services/recommend-service/training/ranking_evaluation.h"
#include "services/recommend-service/training/sparse_matrix.h"

namespace clientele::recommend {
namespace {

SparseMatrix ByRow(const std::vector<TrainingExample>& examples, std::int64_t rows,
                   std::int64_t columns, std::int32_t TrainingExample::*row,
                   std::int32_t TrainingExample::*column) {
  std::vector<SparseEntry> entries;
  entries.reserve(examples.size());
  for (const TrainingExample& example : examples) {
    entries.push_back({example.*row, example.*column, example.value});
  }
  return CompressRows(entries, rows, columns);
}

std::vector<float> ToFloats(const at::Tensor& tensor) {
  const at::Tensor flat = tensor.to(at::kFloat).contiguous();
  const float* const data = flat.data_ptr<float>();
  return {data, data + flat.numel()};
}

// `pass_done` is told after each pass.
absl::StatusOr<Factorization> Fit(const TrainingSet& set,
                                  const std::vector<TrainingExample>& examples,
                                  const TrainingOptions& options, const AlsOptions& als,
                                  const std::function<absl::Status(int)>& pass_done) {
  const std::int64_t customers = static_cast<std::int64_t>(set.customer_ids.size());
  const std::int64_t items = static_cast<std::int64_t>(set.item_ids.size());
  const ImplicitLossWeights weights{als.unobserved_weight, als.factor_penalty, als.bias_penalty};
  double sum = 0;
  for (const TrainingExample& example : examples) sum += example.value;
  const double observed = static_cast<double>(examples.size());
  const double unobserved = static_cast<double>(customers) * static_cast<double>(items) - observed;
  const double mu = sum / (observed + als.unobserved_weight * unobserved);

  const AlsRows by_customer = ToAlsRows(
      ByRow(examples, customers, items, &TrainingExample::customer, &TrainingExample::item),
      at::kDouble);
  const AlsRows by_item = ToAlsRows(
      ByRow(examples, items, customers, &TrainingExample::item, &TrainingExample::customer),
      at::kDouble);
  at::Generator generator = training::TorchGenerator(static_cast<std::uint64_t>(options.seed));
  AlsSide customer_side{
      at::randn({customers, options.factors}, generator, at::kDouble) * als.initial_scale,
      at::zeros({customers}, at::kDouble)};
  AlsSide item_side;
  for (int epoch = 1; epoch <= options.epochs; ++epoch) {
    item_side = SolveAlsSide(by_item, customer_side, mu, weights, als.threads);
    customer_side = SolveAlsSide(by_customer, item_side, mu, weights, als.threads);
    CLIENTELE_RETURN_IF_ERROR(pass_done(epoch));
  }

  Factorization model;
  model.dimension = options.factors;
  model.mu = static_cast<float>(mu);
  model.implicit_loss_weights = weights;
  model.item_factors = ToFloats(item_side.factors);
  model.item_biases = ToFloats(item_side.biases);
  model.customer_factors = ToFloats(customer_side.factors);
  model.customer_biases = ToFloats(customer_side.biases);
  return model;
}

// With the penalty that finds each customer's last item best.
absl::StatusOr<std::vector<ItemLinks>> LinksOf(const TrainingSet& set,
                                               const ItemLinkOptions& options) {
  const HoldOut last = HoldLastOut(set);
  CLIENTELE_ASSIGN_OR_RETURN(
      const double penalty,
      ChooseEasePenalty(LikedItems(set, last.training), LikedItems(set, last.held), options));
  return TrainItemLinks(LikedItems(set, set.examples), penalty, options);
}

}  // namespace

absl::StatusOr<Factorization> AlsFactorizer::Train(const TrainingSet& set,
                                                   const TrainingOptions& options,
                                                   const TrainingProgress& progress) const try {
  CLIENTELE_RETURN_IF_ERROR(CheckTrainingOptions(options));
  if (set.examples.empty()) {
    return absl::FailedPreconditionError("there are no preferences to train on");
  }
  const c10::InferenceMode no_gradients;
  AlsOptions als = options_;
  if (als.threads == 0) als.threads = at::get_num_threads();
  // Two fits of `epochs` passes when measuring; progress counts them as one.
  std::map<std::string, double> metrics;
  const HoldOut split = options_.evaluate ? HoldLastOut(set) : HoldOut{};
  const bool evaluate = !split.held.empty() && !split.training.empty();
  if (evaluate) {
    CLIENTELE_ASSIGN_OR_RETURN(const Factorization measured,
                               Fit(set, split.training, options, als,
                                   [&](int epoch) { return progress(epoch / 2, options.epochs); }));
    CLIENTELE_ASSIGN_OR_RETURN(metrics, EvaluateRanking(set, split, measured, als.threads));
  }
  CLIENTELE_ASSIGN_OR_RETURN(
      Factorization model, Fit(set, set.examples, options, als, [&](int epoch) {
        return progress(evaluate ? (options.epochs + epoch) / 2 : epoch, options.epochs);
      }));
  CLIENTELE_ASSIGN_OR_RETURN(metrics["training_rmse"],
                             PreferenceRmse(set.examples, model, als.threads));
  if (!evaluate) metrics["rmse"] = metrics["training_rmse"];
  if (options_.links.has_value()) {
    CLIENTELE_ASSIGN_OR_RETURN(model.links, LinksOf(set, *options_.links));
  }
  model.metrics = std::move(metrics);
  return model;
} catch (const std::exception&) {
  return absl::InternalError("the factorization's linear algebra failed");
}

}  // namespace clientele::recommend

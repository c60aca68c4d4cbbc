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
#include "services/recommend-service/training/ranking_evaluation.h"
#include "services/recommend-service/training/side_by_side.h"

namespace clientele::recommend {
namespace {

// Of one chunk of rows: small enough for the cache, large enough to share calls.
constexpr std::int64_t kMaxGramValues = std::int64_t{1} << 18;
constexpr std::int64_t kMaxGatheredValues = std::int64_t{1} << 19;

// The observed entries of one side's rows, compressed.
struct SparseRows {
  std::int64_t rows = 0;
  std::vector<std::int64_t> begin;  // rows + 1
  at::Tensor columns;               // int64 [entries]
  at::Tensor values;                // float64 [entries]
};

SparseRows Compress(const std::vector<TrainingExample>& examples, std::int64_t rows,
                    std::int32_t TrainingExample::*row, std::int32_t TrainingExample::*column) {
  SparseRows sparse;
  sparse.rows = rows;
  sparse.begin.assign(static_cast<std::size_t>(rows) + 1, 0);
  for (const TrainingExample& example : examples) {
    ++sparse.begin[static_cast<std::size_t>(example.*row) + 1];
  }
  for (std::int64_t r = 0; r < rows; ++r) {
    sparse.begin[static_cast<std::size_t>(r) + 1] += sparse.begin[static_cast<std::size_t>(r)];
  }
  const std::int64_t entries = static_cast<std::int64_t>(examples.size());
  sparse.columns = at::empty({entries}, at::kLong);
  sparse.values = at::empty({entries}, at::kDouble);
  std::int64_t* const columns = sparse.columns.data_ptr<std::int64_t>();
  double* const values = sparse.values.data_ptr<double>();
  std::vector<std::int64_t> next(sparse.begin.begin(), sparse.begin.end() - 1);
  for (const TrainingExample& example : examples) {
    const std::int64_t at = next[static_cast<std::size_t>(example.*row)]++;
    columns[at] = example.*column;
    values[at] = example.value;
  }
  return sparse;
}

// One side of the factorization; float64.
struct Side {
  at::Tensor factors;  // [rows, K]
  at::Tensor biases;   // [rows]
};

// Rows from `first` on that fit into the bounds of one chunk; at least one.
std::int64_t ChunkEnd(const SparseRows& sparse, std::int64_t first, std::int64_t n) {
  std::int64_t end = first + 1;
  while (end < sparse.rows && (end + 1 - first) * n * n <= kMaxGramValues &&
         (sparse.begin[static_cast<std::size_t>(end) + 1] -
          sparse.begin[static_cast<std::size_t>(first)]) *
                 n <=
             kMaxGatheredValues) {
    ++end;
  }
  return end;
}

// The ridge regression of every row of one side, with the other side fixed.
Side SolveSide(const SparseRows& sparse, const Side& fixed, double mu,
               const ImplicitLossWeights& weights, int threads) {
  const std::int64_t k = fixed.factors.size(1);
  const std::int64_t n = k + 1;
  const std::int64_t others = fixed.factors.size(0);
  const double c0 = weights.unobserved_weight;
  const at::Tensor features =
      at::cat({fixed.factors, at::ones({fixed.factors.size(0), 1}, at::kDouble)}, 1);
  const at::Tensor baseline = fixed.biases + mu;
  const at::Tensor shared_gram = at::matmul(features.t(), features) * c0;
  at::Tensor penalties = at::full({n}, weights.factor_penalty, at::kDouble);
  penalties[k].fill_(weights.bias_penalty);
  const at::Tensor shared_target = at::mv(features.t(), baseline) * -c0;

  Side solved{at::empty({sparse.rows, k}, at::kDouble), at::empty({sparse.rows}, at::kDouble)};
  const auto solve_chunk = [&](std::int64_t first, std::int64_t end) {
    const std::int64_t entry = sparse.begin[static_cast<std::size_t>(first)];
    const std::int64_t entries = sparse.begin[static_cast<std::size_t>(end)] - entry;
    const at::Tensor columns = sparse.columns.narrow(0, entry, entries);
    const at::Tensor gathered = features.index_select(0, columns);
    const at::Tensor residuals =
        sparse.values.narrow(0, entry, entries) - baseline.index_select(0, columns) * (1.0 - c0);
    at::Tensor grams = shared_gram.unsqueeze(0).repeat({end - first, 1, 1});
    at::Tensor targets = shared_target.unsqueeze(0).repeat({end - first, 1});
    for (std::int64_t r = first; r < end; ++r) {
      const std::int64_t at = sparse.begin[static_cast<std::size_t>(r)] - entry;
      const std::int64_t count = sparse.begin[static_cast<std::size_t>(r) + 1] - entry - at;
      const double total =
          weights.TotalWeight(static_cast<double>(count), static_cast<double>(others));
      grams.select(0, r - first).diagonal().add_(penalties, total);
      if (count == 0) continue;
      const at::Tensor rows = gathered.narrow(0, at, count);
      const at::Tensor transposed = rows.t();
      grams.select(0, r - first).addmm_(transposed, rows, 1.0, 1.0 - c0);
      targets.select(0, r - first).addmv_(transposed, residuals.narrow(0, at, count));
    }
    const at::Tensor solution =
        at::cholesky_solve(targets.unsqueeze(2), at::linalg_cholesky(grams)).squeeze(2);
    solved.factors.narrow(0, first, end - first).copy_(solution.narrow(1, 0, k));
    solved.biases.narrow(0, first, end - first).copy_(solution.select(1, k));
  };
  std::vector<std::int64_t> chunks = {0};
  while (chunks.back() < sparse.rows) chunks.push_back(ChunkEnd(sparse, chunks.back(), n));
  // Chunks side by side, each on one thread: far cheaper than threads inside such
  // small products, and the result does not depend on their number.
  SideBySide(threads, chunks.size() - 1,
             [&](std::size_t at) { solve_chunk(chunks[at], chunks[at + 1]); });
  return solved;
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

  const SparseRows by_customer =
      Compress(examples, customers, &TrainingExample::customer, &TrainingExample::item);
  const SparseRows by_item =
      Compress(examples, items, &TrainingExample::item, &TrainingExample::customer);
  at::Generator generator = training::TorchGenerator(static_cast<std::uint64_t>(options.seed));
  Side customer_side{
      at::randn({customers, options.factors}, generator, at::kDouble) * als.initial_scale,
      at::zeros({customers}, at::kDouble)};
  Side item_side;
  for (int epoch = 1; epoch <= options.epochs; ++epoch) {
    item_side = SolveSide(by_item, customer_side, mu, weights, als.threads);
    customer_side = SolveSide(by_customer, item_side, mu, weights, als.threads);
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
  model.metrics = std::move(metrics);
  return model;
} catch (const std::exception&) {
  return absl::InternalError("the factorization's linear algebra failed");
}

}  // namespace clientele::recommend

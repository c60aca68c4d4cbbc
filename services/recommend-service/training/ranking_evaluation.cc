#include "services/recommend-service/training/ranking_evaluation.h"

#include <algorithm>
#include <cstdint>

#include <ATen/Functions.h>

#include "absl/types/span.h"

#include "common/evaluation/ranking.h"
#include "common/evaluation/regression.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/training/side_by_side.h"

namespace clientele::recommend {
namespace {

constexpr std::size_t kRowsAtOnce = 64;
constexpr std::size_t kPredictedAtOnce = 4096;
constexpr std::int64_t kCutoff = 10;

double Predict(const Factorization& model, const TrainingExample& example) {
  const std::size_t k = static_cast<std::size_t>(model.dimension);
  const std::size_t u = static_cast<std::size_t>(example.customer);
  const std::size_t i = static_cast<std::size_t>(example.item);
  double value = static_cast<double>(model.mu) + model.customer_biases[u] + model.item_biases[i];
  for (std::size_t j = 0; j < k; ++j) {
    value += static_cast<double>(model.customer_factors[u * k + j]) * model.item_factors[i * k + j];
  }
  return value;
}

}  // namespace

HoldOut HoldLastOut(const TrainingSet& set) {
  HoldOut split;
  split.training.reserve(set.examples.size());
  std::size_t begin = 0;
  while (begin < set.examples.size()) {
    std::size_t end = begin;
    std::size_t last = begin;
    while (end < set.examples.size() &&
           set.examples[end].customer == set.examples[begin].customer) {
      if (set.examples[end].time >= set.examples[last].time) last = end;
      ++end;
    }
    const bool hold = end - begin >= 2 && set.examples[last].value > 0;
    for (std::size_t e = begin; e < end; ++e) {
      (hold && e == last ? split.held : split.training).push_back(set.examples[e]);
    }
    begin = end;
  }
  return split;
}

absl::StatusOr<double> PreferenceRmse(const std::vector<TrainingExample>& examples,
                                      const Factorization& model, int threads) {
  if (examples.empty()) return 0.0;
  std::vector<double> predicted, actual;
  actual.reserve(examples.size());
  predicted.resize(examples.size());
  SideBySide(threads, (examples.size() + kPredictedAtOnce - 1) / kPredictedAtOnce,
             [&](std::size_t part) {
               const std::size_t end = std::min(examples.size(), (part + 1) * kPredictedAtOnce);
               for (std::size_t e = part * kPredictedAtOnce; e < end; ++e) {
                 predicted[e] = Predict(model, examples[e]);
               }
             });
  for (const TrainingExample& example : examples) actual.push_back(example.value);
  return evaluation::RootMeanSquaredError(predicted, actual);
}

absl::StatusOr<std::map<std::string, double>> EvaluateRanking(const TrainingSet& set,
                                                              const HoldOut& split,
                                                              const Factorization& model,
                                                              int threads,
                                                              std::size_t max_customers) {
  CLIENTELE_ASSIGN_OR_RETURN(const double rmse, PreferenceRmse(split.held, model, threads));
  const std::int64_t items = static_cast<std::int64_t>(set.item_ids.size());
  const std::int64_t k = model.dimension;
  std::vector<std::vector<std::int32_t>> seen(set.customer_ids.size());
  std::vector<double> popularity(set.item_ids.size(), 0);
  for (const TrainingExample& example : split.training) {
    seen[static_cast<std::size_t>(example.customer)].push_back(example.item);
    popularity[static_cast<std::size_t>(example.item)] += 1;
  }
  std::vector<TrainingExample> ranked;
  const std::size_t step = std::max<std::size_t>(
      1, (split.held.size() + max_customers - 1) / std::max<std::size_t>(1, max_customers));
  for (std::size_t h = 0; h < split.held.size(); h += step) ranked.push_back(split.held[h]);

  const at::Tensor q = at::tensor(model.item_factors, at::kFloat).view({items, k}).to(at::kDouble);
  const at::Tensor b = at::tensor(model.item_biases, at::kFloat).to(at::kDouble);
  std::vector<evaluation::Ranking> own_rankings(ranked.size()), popular_rankings(ranked.size());
  const auto rank_part = [&](std::size_t part) {
    const std::size_t begin = part * kRowsAtOnce;
    const std::size_t end = std::min(ranked.size(), begin + kRowsAtOnce);
    at::Tensor p = at::empty({static_cast<std::int64_t>(end - begin), k}, at::kDouble);
    for (std::size_t h = begin; h < end; ++h) {
      const float* const row =
          model.customer_factors.data() + static_cast<std::int64_t>(ranked[h].customer) * k;
      std::copy(row, row + k, p.data_ptr<double>() + static_cast<std::int64_t>(h - begin) * k);
    }
    // mu and b_u do not change a customer's order.
    const at::Tensor scores = (at::add(at::matmul(p, q.t()), b)).contiguous();
    for (std::size_t h = begin; h < end; ++h) {
      const auto& mine = seen[static_cast<std::size_t>(ranked[h].customer)];
      const absl::Span<const double> row(
          scores.data_ptr<double>() + static_cast<std::int64_t>(h - begin) * items,
          static_cast<std::size_t>(items));
      own_rankings[h] = evaluation::RankAmong(row, {ranked[h].item}, mine);
      popular_rankings[h] = evaluation::RankAmong(popularity, {ranked[h].item}, mine);
    }
  };
  SideBySide(threads, (ranked.size() + kRowsAtOnce - 1) / kRowsAtOnce, rank_part);
  // In one order, whatever the threads did.
  evaluation::RankingMeans own(kCutoff), popular(kCutoff);
  for (std::size_t h = 0; h < ranked.size(); ++h) {
    own.Add(own_rankings[h]);
    popular.Add(popular_rankings[h]);
  }
  const evaluation::RankingMeans::Values mean = own.Result();
  const evaluation::RankingMeans::Values popular_mean = popular.Result();
  return std::map<std::string, double>{{"rmse", rmse},
                                       {"recall_at_10", mean.recall},
                                       {"ndcg_at_10", mean.ndcg},
                                       {"popularity_recall_at_10", popular_mean.recall},
                                       {"popularity_ndcg_at_10", popular_mean.ndcg},
                                       {"held_out_customers", static_cast<double>(ranked.size())}};
}

}  // namespace clientele::recommend

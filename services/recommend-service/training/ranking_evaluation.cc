#include "services/recommend-service/training/ranking_evaluation.h"

#include <algorithm>
#include <cmath>

#include <ATen/Functions.h>
#include <ATen/Parallel.h>

namespace clientele::recommend {
namespace {

constexpr std::int64_t kRowsAtOnce = 256;
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

struct Sums {
  double recall = 0;
  double ndcg = 0;
  void Add(std::int64_t rank) {
    if (rank >= kCutoff) return;
    recall += 1;
    ndcg += 1.0 / std::log2(2.0 + static_cast<double>(rank));
  }
};

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

std::int64_t RankOf(std::int32_t held, const double* scores, std::int64_t items,
                    const std::vector<std::int32_t>& seen) {
  const double target = scores[held];
  const auto before = [&](std::int64_t i) {
    return scores[i] > target || (scores[i] == target && i < held);
  };
  std::int64_t rank = 0;
  for (std::int64_t i = 0; i < items; ++i) rank += before(i) ? 1 : 0;
  for (const std::int32_t i : seen) rank -= before(i) ? 1 : 0;
  return rank;
}

double RootMeanSquaredError(const std::vector<TrainingExample>& examples,
                            const Factorization& model) {
  double squares = 0;
  for (const TrainingExample& example : examples) {
    const double error = example.value - Predict(model, example);
    squares += error * error;
  }
  return examples.empty() ? 0 : std::sqrt(squares / static_cast<double>(examples.size()));
}

std::map<std::string, double> EvaluateRanking(const TrainingSet& set, const HoldOut& split,
                                              const Factorization& model,
                                              std::size_t max_customers) {
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
  Sums own, popular;
  for (std::size_t begin = 0; begin < ranked.size(); begin += kRowsAtOnce) {
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
      const double* const row =
          scores.data_ptr<double>() + static_cast<std::int64_t>(h - begin) * items;
      own.Add(RankOf(ranked[h].item, row, items, mine));
      popular.Add(RankOf(ranked[h].item, popularity.data(), items, mine));
    }
  }
  const double count = std::max<double>(1, static_cast<double>(ranked.size()));
  return {{"rmse", RootMeanSquaredError(split.held, model)},
          {"recall_at_10", own.recall / count},
          {"ndcg_at_10", own.ndcg / count},
          {"popularity_recall_at_10", popular.recall / count},
          {"popularity_ndcg_at_10", popular.ndcg / count},
          {"held_out_customers", static_cast<double>(ranked.size())}};
}

}  // namespace clientele::recommend

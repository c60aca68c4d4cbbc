#include "services/recommend-service/training/hybrid/ranker_judge.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "common/evaluation/ranking.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/core/ranking/ranking_features.h"

namespace clientele::recommend {
namespace {

constexpr std::int64_t kFirstRanked = 10;

// The end of the rows of the customer whose rows begin at `begin`.
std::size_t EndOfCustomer(const RankingTable& table, std::size_t begin) {
  std::size_t end = begin;
  while (end < table.customers.size() && table.customers[end] == table.customers[begin]) ++end;
  return end;
}

bool IsSameRecipe(const RankerRecipe& a, const RankerRecipe& b) {
  return a.max_rounds == b.max_rounds && a.patience == b.patience && a.max_depth == b.max_depth &&
         a.learning_rate == b.learning_rate && a.min_child_weight == b.min_child_weight &&
         a.seed == b.seed;
}

RankerTrainingOptions WithRecipe(RankerTrainingOptions options, const RankerRecipe& recipe) {
  options.rounds = recipe.max_rounds;
  options.patience = recipe.patience;
  options.max_depth = recipe.max_depth;
  options.learning_rate = recipe.learning_rate;
  options.min_child_weight = recipe.min_child_weight;
  options.seed = static_cast<std::uint64_t>(recipe.seed);
  return options;
}

// Of all rows, a customer at a time.
absl::StatusOr<std::vector<double>> ScoresOf(const RankerVersion& version,
                                             const RankingTable& table) {
  std::vector<double> scores;
  scores.reserve(table.rows.rows);
  for (std::size_t begin = 0; begin < table.customers.size();) {
    const std::size_t end = EndOfCustomer(table, begin);
    std::vector<std::vector<float>> rows;
    for (std::size_t row = begin; row < end; ++row) {
      std::vector<float>& all =
          rows.emplace_back(RankingFeatureNames().size(), std::numeric_limits<float>::quiet_NaN());
      for (std::size_t at = 0; at < table.features.size(); ++at) {
        all[table.features[at]] = table.rows.Row(row)[at];
      }
    }
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<float> part, version.Score(rows));
    scores.insert(scores.end(), part.begin(), part.end());
    begin = end;
  }
  return scores;
}

}  // namespace

absl::StatusOr<double> RankedNdcg(const RankingTable& table, absl::Span<const double> scores) {
  evaluation::RankingMeans means(kFirstRanked);
  for (std::size_t begin = 0; begin < table.customers.size();) {
    const std::size_t end = EndOfCustomer(table, begin);
    // From the last row to the first: those chosen are before the others in the table, and of equal
    // scores the first one ranks first.
    const std::vector<double> scored(scores.rend() - static_cast<std::ptrdiff_t>(end),
                                     scores.rend() - static_cast<std::ptrdiff_t>(begin));
    const std::vector<double> labels(table.labels.rend() - static_cast<std::ptrdiff_t>(end),
                                     table.labels.rend() - static_cast<std::ptrdiff_t>(begin));
    CLIENTELE_ASSIGN_OR_RETURN(const evaluation::Ranking ranking,
                               evaluation::RankByScore(scored, labels));
    means.Add(ranking);
    begin = end;
  }
  return means.Result().ndcg;
}

RankerRecipe RecipeOf(const RankerTrainingOptions& options, absl::Time trained_until) {
  return {.max_rounds = options.rounds,
          .patience = options.patience,
          .max_depth = options.max_depth,
          .learning_rate = options.learning_rate,
          .min_child_weight = options.min_child_weight,
          .seed = static_cast<std::int64_t>(options.seed),
          .trained_until = trained_until};
}

absl::StatusOr<Comparison> CompareRankers(const RankingTable& table, const TrainedRanker& trained,
                                          const RankerTrainingOptions& options, absl::Time cut,
                                          const std::shared_ptr<const RankerVersion>& serving) {
  Comparison comparison;
  if (serving == nullptr) return comparison;
  comparison.serving_id = serving->id();
  const std::optional<RankerRecipe> recipe = serving->recipe();
  if (!recipe.has_value()) {
    comparison.obstacle = "its bundle does not say what it was trained on";
    return comparison;
  }
  MeasuredPair pair{.since = cut, .by_recipe = recipe->trained_until >= cut};
  pair.customers = static_cast<std::int64_t>(trained.metrics.at("customers"));
  CLIENTELE_ASSIGN_OR_RETURN(pair.trained, RankedNdcg(table, trained.held_out_margins));
  pair.serving = pair.trained;
  if (!pair.by_recipe) {
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<double> scores, ScoresOf(*serving, table));
    CLIENTELE_ASSIGN_OR_RETURN(pair.serving, RankedNdcg(table, scores));
  } else if (!IsSameRecipe(*recipe, RecipeOf(options, recipe->trained_until))) {
    CLIENTELE_ASSIGN_OR_RETURN(const TrainedRanker like,
                               TrainRanker(table, cut, WithRecipe(options, *recipe)));
    CLIENTELE_ASSIGN_OR_RETURN(pair.serving, RankedNdcg(table, like.held_out_margins));
  }
  comparison.measured = pair;
  return comparison;
}

}  // namespace clientele::recommend

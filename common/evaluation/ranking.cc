#include "common/evaluation/ranking.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <numeric>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace clientele::evaluation {
namespace {

// The order of all rankings: a total one, so that a rank is one number.
template <typename Score>
bool RanksBefore(absl::Span<const Score> scores, std::size_t a, std::size_t b) {
  const bool a_is_number = !std::isnan(scores[a]);
  const bool b_is_number = !std::isnan(scores[b]);
  if (a_is_number != b_is_number) return a_is_number;
  if (a_is_number && scores[a] != scores[b]) return scores[a] > scores[b];
  return a < b;
}

template <typename Score>
Ranking RankAmongScores(absl::Span<const Score> scores, absl::Span<const std::int32_t> relevant,
                        absl::Span<const std::int32_t> excluded) {
  const auto before = [&](std::size_t a, std::size_t b) { return RanksBefore(scores, a, b); };
  std::vector<std::size_t> ranked;
  for (const std::int32_t item : relevant) {
    if (item < 0 || static_cast<std::size_t>(item) >= scores.size()) continue;
    if (std::binary_search(excluded.begin(), excluded.end(), item)) continue;
    ranked.push_back(static_cast<std::size_t>(item));
  }
  std::sort(ranked.begin(), ranked.end(), before);

  // passed[j]: items that rank before relevant item j and not before item j - 1.
  std::vector<std::int64_t> passed(ranked.size() + 1, 0);
  std::size_t next_excluded = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    while (next_excluded < excluded.size() &&
           excluded[next_excluded] < static_cast<std::int64_t>(i)) {
      ++next_excluded;
    }
    if (next_excluded < excluded.size() &&
        excluded[next_excluded] == static_cast<std::int64_t>(i)) {
      continue;
    }
    ++passed[static_cast<std::size_t>(std::upper_bound(ranked.begin(), ranked.end(), i, before) -
                                      ranked.begin())];
  }
  Ranking ranking;
  std::int64_t rank = 0;
  for (std::size_t j = 0; j < ranked.size(); ++j) {
    rank += passed[j];
    ranking.relevant.push_back({rank, 1});
  }
  ranking.relevant.resize(relevant.size());
  return ranking;
}

double GainOf(double label, Gain gain) {
  switch (gain) {
    case Gain::kBinary:
      return 1;
    case Gain::kLinear:
      return label;
    case Gain::kExponential:
      return std::exp2(label) - 1;
  }
  return 0;
}

double Discount(std::int64_t rank) { return 1 / std::log2(2.0 + static_cast<double>(rank)); }

std::int64_t Relevant(const Ranking& ranking) {
  return static_cast<std::int64_t>(ranking.relevant.size());
}

std::int64_t HitsAt(const Ranking& ranking, std::int64_t k) {
  return std::count_if(ranking.relevant.begin(), ranking.relevant.end(),
                       [k](const RelevantItem& item) { return item.rank < k; });
}

}  // namespace

absl::StatusOr<Ranking> RankByScore(absl::Span<const double> scores,
                                    absl::Span<const double> labels) {
  if (scores.size() != labels.size()) {
    return absl::InvalidArgumentError(absl::StrCat("there are ", scores.size(), " scores and ",
                                                   labels.size(), " labels: give one of each"));
  }
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return RanksBefore(scores, a, b); });
  Ranking ranking;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    if (labels[order[rank]] > 0) {
      ranking.relevant.push_back({static_cast<std::int64_t>(rank), labels[order[rank]]});
    }
  }
  return ranking;
}

Ranking RankedLabels(absl::Span<const double> labels, absl::Span<const double> unranked) {
  Ranking ranking;
  for (std::size_t rank = 0; rank < labels.size(); ++rank) {
    if (labels[rank] > 0) {
      ranking.relevant.push_back({static_cast<std::int64_t>(rank), labels[rank]});
    }
  }
  for (const double label : unranked) {
    if (label > 0) ranking.relevant.push_back({kUnranked, label});
  }
  return ranking;
}

Ranking RankAmong(absl::Span<const double> scores, absl::Span<const std::int32_t> relevant,
                  absl::Span<const std::int32_t> excluded) {
  return RankAmongScores(scores, relevant, excluded);
}

Ranking RankAmong(absl::Span<const float> scores, absl::Span<const std::int32_t> relevant,
                  absl::Span<const std::int32_t> excluded) {
  return RankAmongScores(scores, relevant, excluded);
}

double NdcgAt(const Ranking& ranking, std::int64_t k, Gain gain) {
  double sum = 0;
  std::vector<double> gains;
  gains.reserve(ranking.relevant.size());
  for (const RelevantItem& item : ranking.relevant) {
    gains.push_back(GainOf(item.label, gain));
    if (item.rank < k) sum += gains.back() * Discount(item.rank);
  }
  std::sort(gains.begin(), gains.end(), std::greater<>());
  double ideal = 0;
  for (std::int64_t rank = 0; rank < std::min(k, Relevant(ranking)); ++rank) {
    ideal += gains[static_cast<std::size_t>(rank)] * Discount(rank);
  }
  return ideal > 0 ? sum / ideal : 0;
}

double RecallAt(const Ranking& ranking, std::int64_t k) {
  if (ranking.relevant.empty()) return 0;
  return static_cast<double>(HitsAt(ranking, k)) / static_cast<double>(Relevant(ranking));
}

double PrecisionAt(const Ranking& ranking, std::int64_t k) {
  return k <= 0 ? 0 : static_cast<double>(HitsAt(ranking, k)) / static_cast<double>(k);
}

double HitRateAt(const Ranking& ranking, std::int64_t k) { return HitsAt(ranking, k) > 0 ? 1 : 0; }

double ReciprocalRankAt(const Ranking& ranking, std::int64_t k) {
  if (ranking.relevant.empty() || ranking.relevant.front().rank >= k) return 0;
  return 1 / (1 + static_cast<double>(ranking.relevant.front().rank));
}

double AveragePrecisionAt(const Ranking& ranking, std::int64_t k) {
  double sum = 0;
  double found = 0;
  for (const RelevantItem& item : ranking.relevant) {
    if (item.rank >= k) break;
    ++found;
    sum += found / (1 + static_cast<double>(item.rank));
  }
  return found > 0 ? sum / static_cast<double>(std::min(k, Relevant(ranking))) : 0;
}

void RankingMeans::Add(const Ranking& ranking) {
  if (ranking.relevant.empty()) {
    ++sums_.skipped;
    return;
  }
  ++sums_.rankings;
  sums_.ndcg += NdcgAt(ranking, k_, gain_);
  sums_.recall += RecallAt(ranking, k_);
  sums_.precision += PrecisionAt(ranking, k_);
  sums_.hit_rate += HitRateAt(ranking, k_);
  sums_.reciprocal_rank += ReciprocalRankAt(ranking, k_);
  sums_.average_precision += AveragePrecisionAt(ranking, k_);
}

RankingMeans::Values RankingMeans::Result() const {
  Values means = sums_;
  if (means.rankings == 0) return means;
  const double count = static_cast<double>(means.rankings);
  for (double* value : {&means.ndcg, &means.recall, &means.precision, &means.hit_rate,
                        &means.reciprocal_rank, &means.average_precision}) {
    *value /= count;
  }
  return means;
}

}  // namespace clientele::evaluation

#ifndef CLIENTELE_COMMON_EVALUATION_RANKING_H_
#define CLIENTELE_COMMON_EVALUATION_RANKING_H_

// How well a ranking puts the relevant items first.
//
//   // All items scored for one customer; `bought` is held out, `seen` are the training's.
//   Ranking ranking = RankAmong(scores, bought, seen);
//   double quality = NdcgAt(ranking, 10);
//
//   RankingMeans means(10);                    // of many customers
//   for (...) means.Add(RankAmong(...));
//   Report(means.Result().ndcg, means.Result().recall);
//
// A ranking is the ranks of its relevant items: no metric here needs more. Of equal scores the
// lower index ranks first; NaN ranks after every number. Ranks count from 0.
//
// Pure functions, thread-safe; RankingMeans belongs to one thread.

#include <cstdint>
#include <limits>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace clientele::evaluation {

// The rank of a relevant item that the ranking does not hold.
inline constexpr std::int64_t kUnranked = std::numeric_limits<std::int64_t>::max();

struct RelevantItem {
  std::int64_t rank = kUnranked;
  double label = 1;  // > 0: how relevant

  friend bool operator==(const RelevantItem&, const RelevantItem&) = default;
};

// Every relevant item there is, by ascending rank.
struct Ranking {
  std::vector<RelevantItem> relevant;
};

// Ranks all items by score, best first. Items with a label above 0 are relevant. INVALID_ARGUMENT
// when the numbers of scores and labels differ.
absl::StatusOr<Ranking> RankByScore(absl::Span<const double> scores,
                                    absl::Span<const double> labels);

// A ranking that was made elsewhere: the labels of its items, best first. `unranked` holds the
// labels of the relevant items that it lacks, which the ideal ranking has.
Ranking RankedLabels(absl::Span<const double> labels, absl::Span<const double> unranked = {});

// Where the items `relevant` rank among all but those in `excluded`; the scores are of all items.
// Each list is of distinct indices, `excluded` ascending; an index beyond the scores, or a relevant
// item that is excluded, is unranked. n scores and r relevant items take n log r steps.
Ranking RankAmong(absl::Span<const double> scores, absl::Span<const std::int32_t> relevant,
                  absl::Span<const std::int32_t> excluded = {});
Ranking RankAmong(absl::Span<const float> scores, absl::Span<const std::int32_t> relevant,
                  absl::Span<const std::int32_t> excluded = {});

// What a relevant item is worth to NdcgAt.
enum class Gain {
  kBinary,       // 1
  kLinear,       // its label
  kExponential,  // 2^label - 1 (Burges et al., Learning to Rank using Gradient Descent, ICML 2005)
};

// The metrics of one ranking, over its first k places. 0 where nothing is relevant or k <= 0.

// Sum of gain / log2(2 + rank), divided by that of the best possible ranking, which has the
// min(k, relevant) largest gains first (Järvelin, Kekäläinen, Cumulated gain-based evaluation of IR
// techniques, TOIS 2002).
double NdcgAt(const Ranking& ranking, std::int64_t k, Gain gain = Gain::kBinary);
// Share of the relevant items that are in the first k places.
double RecallAt(const Ranking& ranking, std::int64_t k);
// Share of the k places that hold a relevant item, also where fewer than k items are ranked.
double PrecisionAt(const Ranking& ranking, std::int64_t k);
// 1 where one of the first k places holds a relevant item.
double HitRateAt(const Ranking& ranking, std::int64_t k);
// 1 / (1 + rank) of the first relevant item (Voorhees, TREC-8 Question Answering Track, 1999).
double ReciprocalRankAt(const Ranking& ranking, std::int64_t k);
// Mean over the min(k, relevant) best places that relevant items could have of the precision at
// each relevant item found (Manning, Raghavan, Schütze, Introduction to Information Retrieval,
// 2008, section 8.4).
double AveragePrecisionAt(const Ranking& ranking, std::int64_t k);

// Means over many rankings, each of which counts the same. Rankings without a relevant item say
// nothing about the order: they are counted apart.
class RankingMeans {
 public:
  struct Values {
    double ndcg = 0;
    double recall = 0;
    double precision = 0;
    double hit_rate = 0;
    double reciprocal_rank = 0;    // the mean is the MRR
    double average_precision = 0;  // the mean is the MAP
    std::int64_t rankings = 0;     // behind the means
    std::int64_t skipped = 0;      // without a relevant item
  };

  explicit RankingMeans(std::int64_t k, Gain gain = Gain::kBinary) : k_(k), gain_(gain) {}

  void Add(const Ranking& ranking);
  // All zero before the first.
  Values Result() const;

 private:
  const std::int64_t k_;
  const Gain gain_;
  Values sums_;
};

}  // namespace clientele::evaluation

#endif  // CLIENTELE_COMMON_EVALUATION_RANKING_H_

#include "services/recommend-service/core/ranking/hybrid_selection.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/core/ranking/diversity.h"
#include "services/recommend-service/core/ranking/ranking_features.h"

namespace clientele::recommend {
namespace {

// Notes the time since the note before.
class StageTimer {
 public:
  StageTimer(const Clock& clock, std::vector<TraceStage>& trace)
      : clock_(clock), trace_(trace), since_(clock.Now()) {}

  void Note(std::string name, std::size_t items) {
    const absl::Time now = clock_.Now();
    trace_.push_back({std::move(name), now - since_, items});
    since_ = now;
  }

 private:
  const Clock& clock_;
  std::vector<TraceStage>& trace_;
  absl::Time since_;
};

// Of all of the pool, in its order.
struct PoolScores {
  std::vector<double> scores;
  std::string ranker;                        // empty: by rank fusion
  std::vector<std::vector<float>> features;  // that the ranker read
};

absl::StatusOr<PoolScores> ScorePool(const RequestContext& context, const CandidateRequest& request,
                                     absl::string_view customer_id,
                                     const std::vector<Candidate>& pool, Ranker* ranker) {
  PoolScores result;
  result.scores.reserve(pool.size());
  if (ranker != nullptr && ranker->stands() && !pool.empty()) {
    const RankingFeatures features(request.view, request.history, pool, request.now);
    std::vector<std::vector<float>> rows;
    rows.reserve(pool.size());
    for (const Candidate& candidate : pool) rows.push_back(features.Of(candidate));
    absl::StatusOr<RankerScores> ranked = ranker->Score(context, rows, customer_id);
    if (ranked.ok()) {
      for (const float score : ranked->scores) {
        if (!std::isfinite(score)) {
          return absl::InternalError("the ranker gave a score that is not finite");
        }
        result.scores.push_back(score);
      }
      result.ranker = std::move(ranked->model_id);
      result.features = std::move(rows);
      return result;
    }
    if (!absl::IsUnavailable(ranked.status())) return ranked.status();
  }
  for (const Candidate& candidate : pool) result.scores.push_back(FusedScore(candidate.ranks));
  return result;
}

// By their texts where those are known, else by their categories.
double SimilarityOf(const ServingView& view, const CatalogEntry& a, const CatalogEntry& b) {
  if (view.content != nullptr) {
    const std::int32_t left = view.content->Find(a.item->id);
    const std::int32_t right = view.content->Find(b.item->id);
    if (left >= 0 && right >= 0) return view.content->Cosine(left, right);
  }
  return a.category != 0 && a.category == b.category ? 1 : 0;
}

}  // namespace

absl::StatusOr<HybridSelection> SelectHybrid(const RequestContext& context,
                                             const CandidateRequest& request,
                                             const HybridQuery& query, const HybridOptions& options,
                                             Ranker* ranker, const Clock& clock) {
  HybridSelection selection;
  StageTimer timer(clock, selection.trace);
  const auto generators = MakeGenerators(request);
  timer.Note("sources", generators.size());
  std::vector<std::string> also;
  if (query.only != nullptr) also = *query.only;
  const std::vector<Candidate> pool =
      PoolCandidates(request.view, generators, options.per_source, also,
                     [&](std::size_t source, std::size_t items) {
                       timer.Note(absl::StrCat("candidates/", kCandidateSources[source]), items);
                     });
  timer.Note("pool", pool.size());

  CLIENTELE_ASSIGN_OR_RETURN(PoolScores scored,
                             ScorePool(context, request, query.customer_id, pool, ranker));
  selection.ranker = std::move(scored.ranker);
  const std::vector<double>& scores = scored.scores;
  std::sort(also.begin(), also.end());
  std::vector<std::size_t> order;
  for (std::size_t at = 0; at < pool.size(); ++at) {
    if (query.only == nullptr ||
        std::binary_search(also.begin(), also.end(), pool[at].entry->item->id)) {
      order.push_back(at);
    }
  }
  // The pool is by id.
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  order.resize(
      std::min(order.size(), query.count * std::max<std::size_t>(1, options.diversity_depth)));
  timer.Note("ranking", order.size());

  std::vector<double> ordered;
  ordered.reserve(order.size());
  for (const std::size_t at : order) ordered.push_back(scores[at]);
  const auto similarity = [&](std::size_t a, std::size_t b) {
    return SimilarityOf(request.view, *pool[order[a]].entry, *pool[order[b]].entry);
  };
  for (const std::size_t taken :
       MaximalMarginalRelevance(ordered, query.count, query.diversity_lambda, similarity)) {
    HybridItem& item = selection.items.emplace_back(pool[order[taken]], ordered[taken]);
    if (query.wants_features && !scored.features.empty()) {
      item.features = std::move(scored.features[order[taken]]);
    }
  }
  timer.Note("diversity", selection.items.size());
  return selection;
}

}  // namespace clientele::recommend

#include "services/qa-service/core/answering/judgment.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

namespace clientele::qa {
namespace {

double EvidenceOfLogit(double logit) {
  return std::clamp(logit, -kSureLogit, kSureLogit) / kSureLogit;
}

}  // namespace

absl::string_view TextOfHit(const PassageHit& hit) {
  const Passage& range = hit.article->passages[hit.passage];
  return hit.article->article.body.substr(range.begin, range.end - range.begin);
}

double RankEvidence(const Judgment& judgment) {
  return judgment.rank.has_value() ? EvidenceOfLogit(*judgment.rank) : 0;
}

double ReadingEvidence(const Judgment& judgment) {
  return judgment.span.has_value() ? EvidenceOfLogit(judgment.span->margin) : 0;
}

double JudgedScore(double search_score, double rank_evidence, double reading_evidence,
                   const OrderWeights& weights) {
  return search_score + weights.rank * rank_evidence + weights.reading * reading_evidence;
}

void OrderByJudgment(const OrderWeights& weights, absl::Span<PassageHit> hits,
                     absl::Span<Judgment> judgments) {
  const std::size_t count = judgments.size();
  for (std::size_t i = 0; i < count; ++i) {
    hits[i].score = JudgedScore(hits[i].score, RankEvidence(judgments[i]),
                                ReadingEvidence(judgments[i]), weights);
  }
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return hits[a].score > hits[b].score; });
  std::vector<PassageHit> ordered_hits;
  std::vector<Judgment> ordered_judgments;
  ordered_hits.reserve(count);
  ordered_judgments.reserve(count);
  for (const std::size_t i : order) {
    ordered_hits.push_back(std::move(hits[i]));
    ordered_judgments.push_back(judgments[i]);
  }
  std::move(ordered_hits.begin(), ordered_hits.end(), hits.begin());
  std::copy(ordered_judgments.begin(), ordered_judgments.end(), judgments.begin());
}

}  // namespace clientele::qa

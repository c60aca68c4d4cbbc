#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_JUDGMENT_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_JUDGMENT_H_

// What models that read a question and a passage together make of a hit, and how that counts beside
// what the search found. Pure functions, thread-safe.

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "services/qa-service/core/answering/passage_reader.h"
#include "services/qa-service/core/retrieval/knowledge_index.h"

namespace clientele::qa {

// The passage of a hit, as it is written.
absl::string_view TextOfHit(const PassageHit& hit);

struct Judgment {
  std::optional<double> rank = {};       // a logit; empty: no ranker looked at the hit
  std::optional<PassageSpan> span = {};  // empty: no reader did
};

// Logits beyond this are as sure as this one.
inline constexpr double kSureLogit = 10;

// In [-1, 1]; 0 where there is none.
double RankEvidence(const Judgment& judgment);
double ReadingEvidence(const Judgment& judgment);

// How much they add to the score of the search.
struct OrderWeights {
  double rank = 1;
  double reading = 0;
};

// Of the score of the search and both pieces of evidence.
double JudgedScore(double search_score, double rank_evidence, double reading_evidence,
                   const OrderWeights& weights);

// Brings the first judgments.size() hits into the order of their judged scores, which become
// theirs; equal ones stay in the order of the search. The judgments move with the hits; hits behind
// them stay where they are. There are at least as many hits.
void OrderByJudgment(const OrderWeights& weights, absl::Span<PassageHit> hits,
                     absl::Span<Judgment> judgments);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_JUDGMENT_H_

#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_RERANKER_LEXICAL_RANKING_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_RERANKER_LEXICAL_RANKING_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "services/qa-service/core/retrieval/term_postings.h"

namespace clientele::qa {

// Texts in the order of BM25 (core/retrieval/bm25.h), by the terms that the service's own index
// has.
//
//   const LexicalRanking ranking(passages);
//   const std::vector<std::size_t> first = ranking.Best("red shoes", 20);
//
// Immutable, thread-safe.
class LexicalRanking {
 public:
  explicit LexicalRanking(absl::Span<const std::string> texts);

  // The best `count` texts, best first; those of equal score in their order. Texts without a term
  // of the question are left out.
  std::vector<std::size_t> Best(absl::string_view question, std::size_t count) const;

 private:
  TermPostings postings_;
  double average_length_ = 1;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_RERANKER_LEXICAL_RANKING_H_

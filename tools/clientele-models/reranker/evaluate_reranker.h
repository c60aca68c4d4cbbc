#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_RERANKER_EVALUATE_RERANKER_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_RERANKER_EVALUATE_RERANKER_H_

#include <filesystem>
#include <iosfwd>

#include "absl/status/status.h"

#include "tools/clientele-models/encoder/retrieval_files.h"

namespace clientele::models {

struct EvaluateRerankerOptions {
  std::filesystem::path bundle = {};
  std::filesystem::path queries = {};
  std::filesystem::path passages = {};
  RetrievalColumns query_columns = {};
  RetrievalColumns passage_columns = {};
};

// Measures a TEXT_RANKER bundle: the first 20 passages by BM25 of each query are put into its
// order. A line of JSON at the end of `out`: `queries`, `passages`, and the shares of the queries
// whose right passage is first by BM25 (`right_first_before`), among the first twenty
// (`right_in_20`), and first after reranking (`right_first_after`).
absl::Status EvaluateReranker(const EvaluateRerankerOptions& options, std::ostream& out,
                              std::ostream& log);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_RERANKER_EVALUATE_RERANKER_H_

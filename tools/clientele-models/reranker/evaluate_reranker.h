#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_RERANKER_EVALUATE_RERANKER_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_RERANKER_EVALUATE_RERANKER_H_

#include <filesystem>
#include <iosfwd>

#include "absl/status/status.h"

#include "tools/clientele-models/encoder/retrieval_files.h"

namespace clientele::models {

struct EvaluateRerankerOptions {
  std::filesystem::path bundle = {};
  std::filesystem::path encoder = {};  // empty: words alone find the passages
  std::filesystem::path queries = {};
  std::filesystem::path passages = {};
  RetrievalColumns query_columns = {};
  RetrievalColumns passage_columns = {};
};

// Measures a TEXT_RANKER bundle on the first 20 passages that the service's search finds for each
// query. A line of JSON at the end of `out`: `queries`, `passages`, and the shares of the queries
// whose right passage is first by the search (`right_first_before`), by the search and the reranker
// as the service weighs them (`right_first_after`), by the reranker alone (`right_first_alone`),
// and among the first twenty (`right_in_20`).
absl::Status EvaluateReranker(const EvaluateRerankerOptions& options, std::ostream& out,
                              std::ostream& log);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_RERANKER_EVALUATE_RERANKER_H_

#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_ENCODER_EVALUATE_RETRIEVAL_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_ENCODER_EVALUATE_RETRIEVAL_H_

#include <filesystem>
#include <iosfwd>
#include <optional>

#include "absl/status/status.h"

#include "tools/clientele-models/encoder/retrieval_files.h"

namespace clientele::models {

struct EvaluateRetrievalOptions {
  std::filesystem::path bundle = {};
  std::filesystem::path queries = {};
  std::filesystem::path passages = {};
  RetrievalColumns query_columns = {};
  RetrievalColumns passage_columns = {};
  // Of the words in the fused search; the vectors have the rest. Empty: as qa-service weighs them
  // with this bundle.
  std::optional<double> lexical_weight = {};
};

// Measures how well passages are found with a TEXT_ENCODER bundle. A line of JSON at the end of
// `out`: `queries`, `passages`; `right_first`, `right_in_5` and `mrr` of words and vectors fused;
// the same with `dense_` (vectors alone) and `bm25_` (words alone) before them.
absl::Status EvaluateRetrievalCommand(const EvaluateRetrievalOptions& options, std::ostream& out,
                                      std::ostream& log);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_ENCODER_EVALUATE_RETRIEVAL_H_

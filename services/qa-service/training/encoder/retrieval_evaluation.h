#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_RETRIEVAL_EVALUATION_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_RETRIEVAL_EVALUATION_H_

// How well passages are found by the service's own index: by vectors, by words, and by both.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const RetrievalReport report,
//                              EvaluateRetrieval(*encoder, passages, queries, {}));
//
// Each passage is an article without a title, cut, indexed and searched as the service does.
// Spelling is not corrected.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "services/qa-service/core/retrieval/knowledge_index.h"
#include "services/qa-service/training/intents/encoder_bundle.h"

namespace clientele::qa {

struct EvaluatedPassage {
  std::string id = {};  // passages of one id answer alike: any of them is right
  std::string text = {};
};

struct EvaluatedQuery {
  std::string text = {};
  std::vector<std::string> right = {};  // ids; at least one
};

struct RetrievalMetrics {
  double right_first = 0;  // share of the queries
  double right_in_5 = 0;
  double mrr = 0;  // mean of 1 / place of the first right id, 0 from place 11 on
};

struct RetrievalReport {
  RetrievalMetrics dense;
  RetrievalMetrics bm25;
  RetrievalMetrics fused;
};

struct RetrievalEvaluationOptions {
  SearchOptions search = {};
  std::function<void(absl::string_view)> progress = {};
};

// INVALID_ARGUMENT without queries, and for a query whose ids no passage has.
absl::StatusOr<RetrievalReport> EvaluateRetrieval(const EncoderBundle& encoder,
                                                  absl::Span<const EvaluatedPassage> passages,
                                                  absl::Span<const EvaluatedQuery> queries,
                                                  const RetrievalEvaluationOptions& options);

// The place, from 1, of the first id that is right, each id counting once; 0: not among the first
// ten.
std::size_t PlaceOfRight(absl::Span<const std::string> found, absl::Span<const std::string> right);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_RETRIEVAL_EVALUATION_H_

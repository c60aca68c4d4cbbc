#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_PASSAGE_RANKER_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_PASSAGE_RANKER_H_

// How well passages answer a question, by whichever cross-encoder serves now.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "common/executor/request_context.h"

namespace clientele::qa {

struct PassageScores {
  std::string model_id = {};        // "name/version"
  std::vector<double> scores = {};  // logits, in the order of the passages; higher is better
  // Numbers that were fitted to the model, by name; null: none were.
  std::shared_ptr<const std::map<std::string, double>> fitted = {};
};

// Thread-safe.
class PassageRanker {
 public:
  virtual ~PassageRanker() = default;

  // All by one version. UNAVAILABLE (reason MODEL_UNAVAILABLE) when none serves, RESOURCE_EXHAUSTED
  // when too much waits, DEADLINE_EXCEEDED, CANCELLED, INVALID_ARGUMENT for a question that is too
  // long for it, INTERNAL when the model fails.
  virtual absl::StatusOr<PassageScores> Score(const RequestContext& context,
                                              absl::string_view question,
                                              absl::Span<const std::string> passages) const = 0;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_PASSAGE_RANKER_H_

#ifndef CLIENTELE_SERVICES_QA_SERVICE_MODEL_SERVED_RANKER_H_
#define CLIENTELE_SERVICES_QA_SERVICE_MODEL_SERVED_RANKER_H_

#include <memory>
#include <string>

#include "common/inference/tasks/text_ranker.h"
#include "common/inference/versions/model_handle.h"
#include "services/qa-service/core/answering/passage_ranker.h"

namespace clientele::qa {

// Passages through the TEXT_RANKER that serves now. Thread-safe.
class ServedRanker final : public PassageRanker {
 public:
  // Borrowed; outlives the ranker.
  explicit ServedRanker(const inference::TextRanker* ranker) : ranker_(ranker) {}

  absl::StatusOr<PassageScores> Score(const RequestContext& context, absl::string_view question,
                                      absl::Span<const std::string> passages) const override;

 private:
  const inference::TextRanker* const ranker_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_MODEL_SERVED_RANKER_H_

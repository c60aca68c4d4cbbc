#include "services/qa-service/model/served_ranker.h"

#include <utility>

#include "common/status/status_macros.h"

namespace clientele::qa {

absl::StatusOr<PassageScores> ServedRanker::Score(const RequestContext& context,
                                                  absl::string_view question,
                                                  absl::Span<const std::string> passages) const {
  CLIENTELE_ASSIGN_OR_RETURN(inference::RankedPassages ranked,
                             ranker_->Score(context, question, passages));
  return PassageScores{std::move(ranked.model_id),
                       {ranked.scores.begin(), ranked.scores.end()},
                       std::move(ranked.fitted)};
}

}  // namespace clientele::qa

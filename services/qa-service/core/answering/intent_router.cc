#include "services/qa-service/core/answering/intent_router.h"

#include <algorithm>
#include <utility>

#include "common/status/status_macros.h"

namespace clientele::qa {
namespace {

// What a sure intent adds to the score of a search, which is mostly below 1. Two articles of
// different intents are rarely farther apart; two of the same one keep their order.
constexpr double kReplyPrior = 0.25;

}  // namespace

absl::StatusOr<UnderstoodMessage> IntentRouter::Read(const RequestContext& context,
                                                     absl::string_view message) const {
  UnderstoodMessage understood;
  CLIENTELE_ASSIGN_OR_RETURN(const AnswerStage stage,
                             RunOptionalStep(context, clock_, "understand", step_,
                                             [&](const RequestContext& limited) -> absl::Status {
                                               CLIENTELE_ASSIGN_OR_RETURN(
                                                   ClassifiedIntent classified,
                                                   classifier_->Classify(limited, message));
                                               understood.model_id = std::move(classified.model_id);
                                               understood.intent = std::move(classified.intent);
                                               return absl::OkStatus();
                                             }));
  understood.stages.push_back(stage);
  if (!understood.intent.has_value() || understood.intent->score < rules_.min_score) {
    return understood;
  }
  const std::string& id = understood.intent->id;
  if (const auto complaint = rules_.complaints.find(id); complaint != rules_.complaints.end()) {
    understood.route = IntentRoute::kComplaint;
    understood.topic = complaint->second;
  } else {
    understood.route = rules_.persons.contains(id) ? IntentRoute::kPerson : IntentRoute::kReply;
  }
  return understood;
}

std::shared_ptr<const IndexedArticle> OnlyReply(const KnowledgeIndex& index, const Intent& intent,
                                                const IndexQuery& query) {
  std::shared_ptr<const IndexedArticle> only = index.OnlyTagged(IntentTag(intent.id), query);
  return only != nullptr && only->passages.size() <= kMaxReplyPassages ? only : nullptr;
}

void PreferReplies(const Intent& intent, std::vector<PassageHit>& hits) {
  const std::string tag = IntentTag(intent.id);
  for (PassageHit& hit : hits) {
    const std::vector<std::string>& tags = hit.article->article.tags;
    if (std::find(tags.begin(), tags.end(), tag) == tags.end()) continue;
    hit.score += kReplyPrior * intent.score;
  }
  std::stable_sort(hits.begin(), hits.end(),
                   [](const PassageHit& a, const PassageHit& b) { return a.score > b.score; });
}

}  // namespace clientele::qa

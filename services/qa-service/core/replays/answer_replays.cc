#include "services/qa-service/core/replays/answer_replays.h"

#include <algorithm>

#include "common/status/status_macros.h"

namespace clientele::qa {
namespace {

// Ids and ranges; an edit elsewhere in an article makes another revision of the same passage.
bool CitesTheSame(const std::vector<CitedRange>& a, const std::vector<CitedRange>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const CitedRange& left, const CitedRange& right) {
                      return left.article_id == right.article_id && left.begin == right.begin &&
                             left.end == right.end;
                    });
}

bool SaysTheSame(const AnswerOutcome& a, const AnswerOutcome& b) {
  return a.state == b.state && a.text == b.text && a.reason == b.reason && a.mode == b.mode &&
         a.confidence == b.confidence && CitesTheSame(a.citations, b.citations);
}

std::vector<std::string> ChangedArticles(const std::vector<CitedRange>& then,
                                         const std::vector<CitedRange>& now) {
  std::vector<std::string> changed;
  for (const CitedRange& cited : then) {
    const bool is_there = std::any_of(now.begin(), now.end(), [&](const CitedRange& one) {
      return one.article_id == cited.article_id && one.revision == cited.revision;
    });
    if (!is_there) changed.push_back(cited.article_id);
  }
  return changed;
}

}  // namespace

AnswerOutcome OutcomeOf(const Answer& answer) {
  AnswerOutcome outcome{.state = answer.state,
                        .text = answer.text,
                        .reason = answer.reason,
                        .mode = answer.mode,
                        .confidence = answer.confidence,
                        .models = answer.models,
                        .citations = {}};
  outcome.citations.reserve(answer.citations.size());
  for (const Citation& citation : answer.citations) {
    const CitableArticle& article = citation.article->article;
    outcome.citations.push_back({std::string(article.id), article.revision,
                                 static_cast<std::int64_t>(citation.range.begin),
                                 static_cast<std::int64_t>(citation.range.end)});
  }
  return outcome;
}

absl::StatusOr<ReplayedAnswer> AnswerReplays::Replay(const RequestContext& context,
                                                     absl::string_view answer_id) const {
  ReplayedAnswer replayed;
  CLIENTELE_ASSIGN_OR_RETURN(replayed.recorded, store_->Get(context, answer_id));
  CLIENTELE_ASSIGN_OR_RETURN(const Answer answer, ask_(context, replayed.recorded.question));
  replayed.now = OutcomeOf(answer);
  const AnswerOutcome& then = replayed.recorded.outcome;
  replayed.is_same = SaysTheSame(then, replayed.now);
  replayed.has_other_models = then.models != replayed.now.models;
  replayed.changed_article_ids = ChangedArticles(then.citations, replayed.now.citations);
  replayed.is_exact = computes_exactly_();
  return replayed;
}

}  // namespace clientele::qa

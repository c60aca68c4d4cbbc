#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_INTENT_ROUTER_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_INTENT_ROUTER_H_

// Finds a message's intent, and what is to become of the message for it.
//
//   const IntentRouter router(&classifier, clock, rules, {});
//   CLIENTELE_ASSIGN_OR_RETURN(const UnderstoodMessage message, router.Read(context, text));
//   if (message.route == IntentRoute::kPerson) ...
//
// A classifier that is away, busy, broken or too slow costs no answer: there is no intent then, and
// the stage says why. Thread-safe.

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/time/clock.h"
#include "services/qa-service/core/answering/answer.h"
#include "services/qa-service/core/answering/intent.h"
#include "services/qa-service/core/answering/intent_classifier.h"
#include "services/qa-service/core/answering/optional_step.h"
#include "services/qa-service/core/retrieval/knowledge_index.h"

namespace clientele::qa {

enum class IntentRoute {
  kNone,       // out of scope, or not sure enough
  kReply,      // articles with the intent's tag come first
  kPerson,     // a wish for a person
  kComplaint,  // a person takes over, with a topic
};

struct UnderstoodMessage {
  std::optional<Intent> intent = {};
  IntentRoute route = IntentRoute::kNone;
  ComplaintTopic topic = ComplaintTopic::kNone;  // of complaints; kNone: what the words say
  std::string model_id = {};                     // "name/version"; empty where there was none
  std::vector<AnswerStage> stages = {};
};

// How long a classifier may take: it is one short row, and an answer waits for it.
inline OptionalStepOptions IntentStep(
    std::function<void(absl::string_view step, absl::string_view reason)> on_skipped = {}) {
  return {
      .time_share = 0.25, .max_time = absl::Milliseconds(500), .on_skipped = std::move(on_skipped)};
}

class IntentRouter {
 public:
  // Pointers are borrowed and outlive this.
  IntentRouter(const IntentClassifier* classifier, const Clock* clock, IntentRules rules,
               OptionalStepOptions step = IntentStep())
      : classifier_(classifier), clock_(clock), rules_(std::move(rules)), step_(std::move(step)) {}

  // Errors: CANCELLED, and DEADLINE_EXCEEDED when the caller's own time is over.
  absl::StatusOr<UnderstoodMessage> Read(const RequestContext& context,
                                         absl::string_view message) const;

 private:
  const IntentClassifier* const classifier_;
  const Clock* const clock_;
  const IntentRules rules_;
  const OptionalStepOptions step_;
};

// The longest curated reply to an intent.
inline constexpr std::size_t kMaxReplyPassages = 4;

// The article that alone replies to the intent, as a whole: the only one with its tag that the
// query may find, of at most kMaxReplyPassages. Null: there is none, or a choice. Pure.
std::shared_ptr<const IndexedArticle> OnlyReply(const KnowledgeIndex& index, const Intent& intent,
                                                const IndexQuery& query);

// Adds to the scores of hits with the intent's tag, and brings the hits into the order of their
// scores; equal ones stay in their order. Pure.
void PreferReplies(const Intent& intent, std::vector<PassageHit>& hits);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_INTENT_ROUTER_H_

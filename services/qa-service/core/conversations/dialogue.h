#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_CONVERSATIONS_DIALOGUE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_CONVERSATIONS_DIALOGUE_H_

// Answers a question as a turn of a conversation, and calls a person where one is wished for.
//
//   Dialogue dialogue(&answerer, &conversations, &handovers, clock, {});
//   CLIENTELE_ASSIGN_OR_RETURN(Reply first, dialogue.Ask(context, {.question = {.text = "…"},
//                                                                 .start_conversation = true}));
//   dialogue.Ask(context, {.question = {.text = "And abroad?"},
//                          .conversation_id = first.conversation_id});
//
// A question without a conversation that wants no person costs what Answerer::Ask costs: no store
// is called. Thread-safe.

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/executor/traffic_split.h"
#include "common/idempotency/mutation_id.h"
#include "common/time/clock.h"
#include "services/qa-service/core/answering/answerer.h"
#include "services/qa-service/core/answering/random_id.h"
#include "services/qa-service/core/conversations/conversation_store.h"
#include "services/qa-service/core/handovers/handover_store.h"
#include "services/qa-service/core/replays/recorded_answer.h"

namespace clientele::qa {

struct DialogueOptions {
  // A conversation without a turn for this long has ended.
  absl::Duration conversation_retention = absl::Hours(24 * 30);
  // For one read or write of the store, and at most half of the time that is left: a store that is
  // slow never costs the answer.
  absl::Duration store_timeout = absl::Seconds(5);
  // Where answers are recorded that are to be; borrowed. Null: none is.
  RecordedAnswerStore* recorded = nullptr;
  // Of the answers that nobody asks to record, the share that is recorded, 0 to 1, spread evenly;
  // never one that was given with facts.
  double recorded_share = 0;
  // What could not be kept, "conversation", "handover" or "recorded_answer", and why. Called on the
  // asking thread; must be quick and thread-safe. May be empty.
  std::function<void(absl::string_view, const absl::Status&)> on_lost = {};
  // Ids of conversations and hand-overs, which nobody can guess. Thread-safe.
  std::function<std::string()> new_id = RandomId;
};

struct DialogueQuestion {
  Question question = {};
  std::string conversation_id = {};  // empty: none
  bool start_conversation = false;
  bool record = false;  // for AnswerReplays; not together with facts, which are not kept
  MutationId mutation = {};
};

struct Reply {
  Answer answer;
  std::string conversation_id;  // empty: none, or it was not kept
  std::string handover_id;      // empty: none, or it was not kept
  std::string rewritten;        // what was searched for; empty: the question as it is
  bool in_conversation = false;
  bool is_recorded = false;
};

class Dialogue {
 public:
  // All are borrowed and outlive this.
  Dialogue(const Answerer* answerer, ConversationStore* conversations, HandoverStore* handovers,
           const Clock* clock, DialogueOptions options)
      : answerer_(answerer),
        conversations_(conversations),
        handovers_(handovers),
        clock_(clock),
        options_(std::move(options)),
        recorded_split_(options_.recorded_share) {}

  // `listener` may be null. Errors: those of Answerer::Ask; NOT_FOUND for a conversation that has
  // ended or is another customer's; INVALID_ARGUMENT (reason REQUEST_ID_REUSED). While the store is
  // unavailable, questions are answered without what came before, and nothing is kept.
  absl::StatusOr<Reply> Ask(const RequestContext& context, DialogueQuestion asked,
                            AnswerListener* listener = nullptr) const;

 private:
  absl::StatusOr<Conversation> Load(const RequestContext& context, const DialogueQuestion& asked,
                                    bool& lost) const;
  // What was asked and answered in this turn.
  Turn TurnOf(const DialogueQuestion& asked, const Reply& reply) const;
  absl::Status HandOver(const RequestContext& context, const DialogueQuestion& asked,
                        const Conversation& before, const Turn& turn, Reply& reply) const;
  absl::Status Keep(const RequestContext& context, const DialogueQuestion& asked, const Turn& turn,
                    Reply& reply) const;
  absl::Status Record(const RequestContext& context, const Question& question, Reply& reply) const;
  RequestContext ForStore(const RequestContext& context) const;
  // OK where what failed may be missing.
  absl::Status Lost(absl::string_view what, const absl::Status& status) const;

  const Answerer* const answerer_;
  ConversationStore* const conversations_;
  HandoverStore* const handovers_;
  const Clock* const clock_;
  const DialogueOptions options_;
  const TrafficSplit recorded_split_;
  mutable std::atomic<std::uint64_t> unasked_ = 0;  // answers that nobody asked to record
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_CONVERSATIONS_DIALOGUE_H_

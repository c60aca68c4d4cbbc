#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_FEEDBACK_FEEDBACK_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_FEEDBACK_FEEDBACK_H_

// What people say of answers.
//
//   Feedbacks feedbacks(&store, clock, CountFeedback(metrics));
//   CLIENTELE_ASSIGN_OR_RETURN(AnswerFeedback kept, feedbacks.Record(context, mutation, feedback));

#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/idempotency/mutation_id.h"
#include "common/time/clock.h"

namespace clientele::qa {

// Stored: numbers stay.
enum class AnswerVerdict { kHelpful = 1, kWrong = 2, kUnsafe = 3 };

// Personal data: never log it.
struct AnswerFeedback {
  std::string answer_id;
  AnswerVerdict verdict = AnswerVerdict::kHelpful;
  std::string customer_id;  // empty: nobody is known
  std::string text;
  std::optional<absl::Time> create_time;  // nullopt: it was not kept
};

// Feedback, as the domain needs it. store/feedback/pg_feedback_store.h keeps it encrypted; tests
// share one contract between it and a fake. Thread-safe. Errors: UNAVAILABLE (reason
// DATABASE_UNAVAILABLE), DEADLINE_EXCEEDED, CANCELLED; INVALID_ARGUMENT (reason REQUEST_ID_REUSED).
class FeedbackStore {
 public:
  virtual ~FeedbackStore() = default;
  // Keeps feedback, once per MutationId, in place of what this customer ("": nobody) said of the
  // answer before. False, and nothing is kept, of a customer who is not known to exist.
  virtual absl::StatusOr<bool> Record(const RequestContext& context, const MutationId& mutation,
                                      const AnswerFeedback& feedback) = 0;
};

// Thread-safe.
class Feedbacks {
 public:
  // Pointers are borrowed and outlive this. `on_feedback` is called with each that was taken, must
  // be quick and thread-safe, and may be empty.
  Feedbacks(FeedbackStore* store, const Clock* clock,
            std::function<void(AnswerVerdict)> on_feedback)
      : store_(store), clock_(clock), on_feedback_(std::move(on_feedback)) {}

  // Returns it as it was kept. INVALID_ARGUMENT with every wrong field; `verdict` is one of the
  // enumeration. Errors of the store.
  absl::StatusOr<AnswerFeedback> Record(const RequestContext& context, const MutationId& mutation,
                                        AnswerFeedback feedback) const;

 private:
  FeedbackStore* const store_;
  const Clock* const clock_;
  const std::function<void(AnswerVerdict)> on_feedback_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_FEEDBACK_FEEDBACK_H_

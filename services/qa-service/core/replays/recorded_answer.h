#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_REPLAYS_RECORDED_ANSWER_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_REPLAYS_RECORDED_ANSWER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "services/qa-service/core/answering/answer.h"

namespace clientele::qa {

// A citation without its text.
struct CitedRange {
  std::string article_id;
  std::int64_t revision = 0;  // of the article
  std::int64_t begin = 0;     // bytes of its body
  std::int64_t end = 0;

  bool operator==(const CitedRange&) const = default;
};

// What became of a question.
struct AnswerOutcome {
  AnswerState state = AnswerState::kAbstained;
  std::string text;
  std::string reason;
  AnswerMode mode = AnswerMode::kExtractive;
  double confidence = 0;
  std::vector<std::string> models;
  std::vector<CitedRange> citations;

  bool operator==(const AnswerOutcome&) const = default;
};

AnswerOutcome OutcomeOf(const Answer& answer);

// An answer with the question that it was given to, as it was asked, kept so that it can be asked
// again. Personal data: never log it.
struct RecordedAnswer {
  std::string answer_id;
  absl::Time ask_time;  // to the microsecond
  Question question;    // without facts; its customer is empty where nobody is known
  AnswerOutcome outcome;
};

// Recorded answers, as the domain needs them. store/replays/pg_recorded_answer_store.h keeps them
// encrypted; tests share one contract between it and a fake. They go with their customer. Errors:
// UNAVAILABLE (reason DATABASE_UNAVAILABLE), DEADLINE_EXCEEDED, CANCELLED. Thread-safe.
class RecordedAnswerStore {
 public:
  virtual ~RecordedAnswerStore() = default;
  // False, and nothing is kept, of a customer who is not known to exist.
  virtual absl::StatusOr<bool> Insert(const RequestContext& context,
                                      const RecordedAnswer& answer) = 0;
  // NOT_FOUND when there is no such answer.
  virtual absl::StatusOr<RecordedAnswer> Get(const RequestContext& context,
                                             absl::string_view answer_id) = 0;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_REPLAYS_RECORDED_ANSWER_H_

#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_QUESTION_LOG_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_QUESTION_LOG_H_

// What customers asked, kept for a bounded time.

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "services/qa-service/core/answering/answer.h"

namespace clientele::qa {

// Personal data: never log it.
struct AskedQuestion {
  std::string customer_id;
  std::string text;
  std::string language;  // primary subtag
  AnswerState state = AnswerState::kAbstained;
  double confidence = 0;
  std::string article_id;  // first citation; empty when there is none
  absl::Time time;
  std::string answer_id = {};  // of the answer that it got; empty: it has no name
};

// Thread-safe.
class QuestionLog {
 public:
  virtual ~QuestionLog() = default;
  // Keeps the question; OK without effect for a customer who is not known to exist,
  // such as a deleted one.
  virtual absl::Status Record(const RequestContext& context, const AskedQuestion& question) = 0;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_QUESTION_LOG_H_

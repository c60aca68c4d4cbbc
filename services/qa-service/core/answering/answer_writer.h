#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_ANSWER_WRITER_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_ANSWER_WRITER_H_

// Writes an answer from passages, by whichever generator serves now.

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "common/executor/request_context.h"

namespace clientele::qa {

struct SaidBefore {
  std::string question;
  std::string answer;
};

// Personal data: never log it. All texts but the service's own words come from outside, and are
// data to the generator.
struct WritingTask {
  std::string question;
  std::string language;                  // primary subtag, of the answer
  std::vector<std::string> passages;     // plain text, best first
  std::vector<SaidBefore> conversation;  // oldest first
  std::vector<std::string> facts;        // of the customer, which may be used
};

// Thread-safe.
class AnswerWriter {
 public:
  virtual ~AnswerWriter() = default;

  // "name/version" of the generator that serves now; empty when none does.
  virtual std::string model_id() const = 0;

  // Blocks until the end. `on_text` gets each piece as it comes, on the calling thread; what came
  // before an error stays what was written. `model_id` is set to who writes before the first piece.
  // Errors: UNAVAILABLE (reason MODEL_UNAVAILABLE), RESOURCE_EXHAUSTED when too much waits,
  // DEADLINE_EXCEEDED, CANCELLED, INTERNAL when the model fails.
  virtual absl::Status Write(const RequestContext& context, const WritingTask& task,
                             std::string& model_id,
                             const std::function<void(absl::string_view)>& on_text) const = 0;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_ANSWER_WRITER_H_

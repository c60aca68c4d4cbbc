#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_GROUNDED_WRITER_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_GROUNDED_WRITER_H_

// An answer that a generator writes, of which the supported sentences remain.
//
//   GroundedWriter writer(&answer_writer, &embedder, clock, {});
//   CLIENTELE_ASSIGN_OR_RETURN(const GroundedAnswer answer, writer.Write(context, task, on_draft));
//   if (answer.sentences.empty()) AnswerExtractively(answer.fallback_reason);
//
// A part of the time that is left is kept for the check. What a generator has written when its time
// is over is checked all the same, but for a sentence that has no end. Thread-safe.

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/time/clock.h"
#include "services/qa-service/core/answering/answer_support.h"
#include "services/qa-service/core/answering/answer_writer.h"
#include "services/qa-service/core/retrieval/text_embedder.h"

namespace clientele::qa {

struct GroundedWriterOptions {
  SupportOptions support = {};
  // Of the time that is left, at most this much is kept for the check and what follows.
  double check_share = 0.25;
  absl::Duration max_check_time = absl::Milliseconds(500);
  // Sentences beyond so many are left out.
  std::size_t max_sentences = 12;
};

// Why nothing of a generator's is in an answer; callers may depend on them.
namespace fallback_reason {
inline constexpr char kGeneratorUnavailable[] = "GENERATOR_UNAVAILABLE";
inline constexpr char kGeneratorBusy[] = "GENERATOR_BUSY";
inline constexpr char kGeneratorFailed[] = "GENERATOR_FAILED";
inline constexpr char kDeadline[] = "DEADLINE";           // no sentence was complete in time
inline constexpr char kNotSupported[] = "NOT_SUPPORTED";  // no sentence is supported by a passage
}  // namespace fallback_reason

struct GroundedSentence {
  std::string text;
  std::size_t passage = 0;  // of WritingTask::passages that supports it
};

struct GroundedAnswer {
  std::vector<GroundedSentence> sentences;  // in the order in which they were written
  std::size_t removed = 0;                  // sentences that no passage supports
  bool partial = false;                     // the generator's time was over before its end
  std::string fallback_reason;              // where there is no sentence
  std::string model_id;                     // empty: no generator wrote anything
};

class GroundedWriter {
 public:
  // All are borrowed and outlive this.
  GroundedWriter(const AnswerWriter* writer, const TextEmbedder* embedder, const Clock* clock,
                 GroundedWriterOptions options)
      : writer_(writer), embedder_(embedder), clock_(clock), options_(options) {}

  // `on_draft` gets what is written, as it comes and unchecked; may be empty. Errors: CANCELLED.
  absl::StatusOr<GroundedAnswer> Write(
      const RequestContext& context, const WritingTask& task,
      const std::function<void(absl::string_view)>& on_draft) const;

  bool available() const { return !writer_->model_id().empty(); }

 private:
  void KeepSupported(const RequestContext& context, const WritingTask& task,
                     const std::vector<std::string>& written, GroundedAnswer& answer) const;

  const AnswerWriter* const writer_;
  const TextEmbedder* const embedder_;
  const Clock* const clock_;
  const GroundedWriterOptions options_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_GROUNDED_WRITER_H_

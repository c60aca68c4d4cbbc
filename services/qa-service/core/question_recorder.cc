#include "services/qa-service/core/question_recorder.h"

#include <utility>

namespace clientele::qa {

QuestionRecorder::QuestionRecorder(QuestionLog* log, const Clock* clock, RecorderOptions options)
    : log_(log),
      clock_(clock),
      options_(options),
      executor_(
          {.name = "question-recorder", .threads = 1, .queue_capacity = options.queue_capacity}) {}

QuestionRecorder::~QuestionRecorder() { Drain(); }

void QuestionRecorder::Record(AskedQuestion question) {
  if (question.customer_id.empty()) return;
  const absl::Status accepted = executor_.Submit([this, question = std::move(question)] {
    RequestContext context;
    context.caller = "qa-service";
    context.deadline = clock_->Now() + options_.write_timeout;
    if (!log_->Record(context, question).ok()) dropped_.fetch_add(1, std::memory_order_relaxed);
  });
  if (!accepted.ok()) dropped_.fetch_add(1, std::memory_order_relaxed);
}

void QuestionRecorder::Drain() { executor_.Drain(); }

}  // namespace clientele::qa

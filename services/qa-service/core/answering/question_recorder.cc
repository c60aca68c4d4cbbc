#include "services/qa-service/core/answering/question_recorder.h"

#include <algorithm>
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
  const absl::Status accepted =
      executor_.Submit([this, question = std::move(question)] { Write(question); });
  if (!accepted.ok()) dropped_.fetch_add(1, std::memory_order_relaxed);
}

void QuestionRecorder::Write(const AskedQuestion& question) {
  RequestContext context;
  context.caller.name = "qa-service";
  context.deadline = clock_->Now() + options_.write_timeout;
  {
    std::lock_guard lock(mutex_);
    context.deadline = std::min(context.deadline, give_up_);
  }
  absl::Status status = context.Check(clock_->Now());
  if (status.ok()) status = log_->Record(context, question);
  if (!status.ok()) dropped_.fetch_add(1, std::memory_order_relaxed);
}

void QuestionRecorder::Drain() {
  {
    std::lock_guard lock(mutex_);
    give_up_ = std::min(give_up_, clock_->Now() + options_.write_timeout);
  }
  executor_.Drain();
}

}  // namespace clientele::qa

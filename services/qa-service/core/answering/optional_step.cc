#include "services/qa-service/core/answering/optional_step.h"

#include <algorithm>

#include "common/status/status_macros.h"

namespace clientele::qa {
namespace {

const char* SkipReasonOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
      return skip_reason::kUnavailable;
    case absl::StatusCode::kResourceExhausted:
      return skip_reason::kBusy;
    case absl::StatusCode::kDeadlineExceeded:
      return skip_reason::kDeadline;
    default:
      return skip_reason::kFailed;
  }
}

}  // namespace

absl::StatusOr<AnswerStage> RunOptionalStep(
    const RequestContext& context, const Clock* clock, const char* name,
    const OptionalStepOptions& options,
    absl::FunctionRef<absl::Status(const RequestContext& limited)> call) {
  const absl::Time begin = clock->Now();
  RequestContext limited = context;
  limited.deadline = std::min(begin + options.max_time,
                              context.deadline == absl::InfiniteFuture()
                                  ? absl::InfiniteFuture()
                                  : begin + options.time_share * (context.deadline - begin));
  const absl::Status status = call(limited);
  const absl::Time end = clock->Now();
  CLIENTELE_RETURN_IF_ERROR(context.Check(end));
  AnswerStage stage = {name, end - begin};
  if (!status.ok()) {
    stage.skipped = SkipReasonOf(status);
    if (options.on_skipped) options.on_skipped(name, stage.skipped);
  }
  return stage;
}

}  // namespace clientele::qa

#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_OPTIONAL_STEP_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_OPTIONAL_STEP_H_

// A step of answering that an answer can do without: it has a part of the time alone, and where its
// model is away, busy, broken or too slow it is left out and says why.
//
//   CLIENTELE_ASSIGN_OR_RETURN(
//       const AnswerStage stage,
//       RunOptionalStep(context, clock, "rerank", options, [&](const RequestContext& limited) {
//         return Rank(limited, passages);
//       }));

#include <functional>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/time/clock.h"
#include "services/qa-service/core/answering/answer.h"

namespace clientele::qa {

struct OptionalStepOptions {
  // At most this share of the time that is left, and at most this long.
  double time_share = 0.5;
  absl::Duration max_time = absl::Seconds(2);
  // Called where the step was left out, on the asking thread; must be quick and thread-safe. May be
  // empty.
  std::function<void(absl::string_view step, absl::string_view reason)> on_skipped = {};
};

// What `call` fails with becomes the stage's skip reason. Errors: CANCELLED, and DEADLINE_EXCEEDED
// when the caller's own time is over.
absl::StatusOr<AnswerStage> RunOptionalStep(
    const RequestContext& context, const Clock* clock, const char* name,
    const OptionalStepOptions& options,
    absl::FunctionRef<absl::Status(const RequestContext& limited)> call);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_OPTIONAL_STEP_H_

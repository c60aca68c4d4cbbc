#ifndef CLIENTELE_COMMON_EXECUTOR_REQUEST_CONTEXT_H_
#define CLIENTELE_COMMON_EXECUTOR_REQUEST_CONTEXT_H_

// What every call carries from the RPC edge down to stores and models.
//
//   absl::StatusOr<Profile> GetProfile(const RequestContext& context, ...) {
//     CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));   // still wanted?
//
// A plain value: copy it freely. Thread-safe when not modified.

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/auth/principal.h"
#include "common/executor/cancellation.h"
#include "common/executor/priority.h"

namespace clientele {

// W3C Trace Context (https://www.w3.org/TR/trace-context/), level 1.
struct TraceContext {
  std::string trace_id;  // 32 lower-case hexadecimal digits, or empty
  std::string span_id;   // 16 lower-case hexadecimal digits, or empty
  bool sampled = false;
};

struct RequestContext {
  // Past it nobody waits for the result. InfiniteFuture: no deadline.
  absl::Time deadline = absl::InfiniteFuture();
  CancellationToken cancellation;
  // Who calls; without a role it is the process itself, for work of its own.
  auth::Principal caller;
  // Why, where the caller says so (x-purpose); for audit and consent.
  std::string purpose;
  // x-request-id: names the call in logs of every service it touches.
  std::string request_id;
  TraceContext trace;
  // Background for the process's own work, which waits behind callers' at a model.
  Priority priority = Priority::kInteractive;

  // OK while the result is still wanted; CANCELLED after cancellation,
  // DEADLINE_EXCEEDED once `now` has reached the deadline.
  absl::Status Check(absl::Time now) const;
};

}  // namespace clientele

#endif  // CLIENTELE_COMMON_EXECUTOR_REQUEST_CONTEXT_H_

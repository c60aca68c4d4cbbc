#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_RETRY_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_RETRY_H_

// Repeats calls that are safe to repeat while the suite is busy or unavailable.
//
//   auto response = WithRetry(policy, [&] { return suite.CreateEvents(request); });

#include <functional>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace clientele::cli {

struct RetryPolicy {
  int max_attempts = 12;                                 // in total
  absl::Duration first_delay = absl::Milliseconds(100);  // doubles with each attempt
  absl::Duration max_delay = absl::Seconds(5);
  std::function<void(absl::Duration)> sleep = [](absl::Duration d) { absl::SleepFor(d); };
};

// UNAVAILABLE, RESOURCE_EXHAUSTED, ABORTED and DEADLINE_EXCEEDED pass by themselves.
bool WorthRetrying(const absl::Status& status);

// How long to wait after attempt number `attempt` (from 1) failed with `status`: the
// server's advice where it gave one, else first_delay doubled, at most max_delay.
absl::Duration RetryDelay(const RetryPolicy& policy, int attempt, const absl::Status& status);

// The first success, the first error that is not worth retrying, or the last error.
template <class Call>
auto WithRetry(const RetryPolicy& policy, Call call) -> decltype(call()) {
  for (int attempt = 1;; ++attempt) {
    auto result = call();
    if (result.ok() || attempt >= policy.max_attempts || !WorthRetrying(result.status())) {
      return result;
    }
    policy.sleep(RetryDelay(policy, attempt, result.status()));
  }
}

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_RETRY_H_

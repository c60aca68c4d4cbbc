#ifndef CLIENTELE_COMMON_RPC_DEADLINE_MIDDLEWARE_H_
#define CLIENTELE_COMMON_RPC_DEADLINE_MIDDLEWARE_H_

#include <algorithm>

#include "common/rpc/middleware.h"
#include "common/time/clock.h"

namespace clientele::rpc {

// Gives every unary call a deadline at most `max_unary_time` away, and refuses a
// call whose own deadline has passed. Streams keep the caller's.
class DeadlineMiddleware final : public Middleware {
 public:
  // `clock` is borrowed.
  DeadlineMiddleware(absl::Duration max_unary_time, const Clock* clock)
      : max_unary_time_(max_unary_time), clock_(clock) {}

  absl::Status OnStart(Call& call) override {
    if (!call.streaming) {
      call.context.deadline = std::min(call.context.deadline, call.start + max_unary_time_);
    }
    return call.context.Check(clock_->Now());
  }

 private:
  const absl::Duration max_unary_time_;
  const Clock* const clock_;
};

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_DEADLINE_MIDDLEWARE_H_

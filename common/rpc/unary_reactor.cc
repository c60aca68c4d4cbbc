#include "common/rpc/unary_reactor.h"

#include "common/status/error_details.h"

namespace clientele::rpc::internal {

void UnaryReactor::Start(Executor* executor, Work work) {
  absl::Status status = call_->Start();
  if (status.ok()) {
    const auto run = [this, work = std::move(work)] {
      absl::Status result = call_->Run([&] { return work(call_->context()); });
      if (absl::IsCancelled(result) && drain_.IsCancelled() && !caller_left_) {
        result = UnavailableError(reason::kDraining, "the server is shutting down: call again",
                                  absl::Milliseconds(200));
      }
      Finish(call_->End(result));  // `this` may be gone from here on
    };
    status = executor->Submit(run, call_->method());
    if (status.ok()) return;
  }
  Finish(call_->End(status));
}

}  // namespace clientele::rpc::internal

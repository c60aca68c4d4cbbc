#include "common/rpc/unary_reactor.h"

namespace clientele::rpc::internal {

void UnaryReactor::Start(Executor* executor, Work work) {
  absl::Status status = call_->Start();
  if (status.ok()) {
    status = executor->Submit([this, work = std::move(work)] {
      const absl::Status result = call_->Run([&] { return work(call_->context()); });
      Finish(call_->End(result));  // `this` may be gone from here on
    });
    if (status.ok()) return;
  }
  Finish(call_->End(status));
}

}  // namespace clientele::rpc::internal

#ifndef CLIENTELE_COMMON_EXECUTOR_CANCELLATION_H_
#define CLIENTELE_COMMON_EXECUTOR_CANCELLATION_H_

#include <atomic>
#include <memory>

namespace clientele {

// The receiving end of a cancellation: cheap to copy, thread-safe. A default
// token is never cancelled.
class CancellationToken {
 public:
  CancellationToken() = default;
  bool IsCancelled() const { return state_ != nullptr && state_->load(std::memory_order_acquire); }

 private:
  friend class CancellationSource;
  explicit CancellationToken(std::shared_ptr<const std::atomic<bool>> state)
      : state_(std::move(state)) {}
  std::shared_ptr<const std::atomic<bool>> state_;
};

// The sending end. Cancelling is final, idempotent and thread-safe; tokens
// outlive their source.
//
//   CancellationSource source;
//   context.cancellation = source.token();
//   ...
//   source.Cancel();   // from any thread, such as gRPC's OnCancel
class CancellationSource {
 public:
  CancellationSource() : state_(std::make_shared<std::atomic<bool>>(false)) {}
  CancellationToken token() const { return CancellationToken(state_); }
  void Cancel() { state_->store(true, std::memory_order_release); }

 private:
  std::shared_ptr<std::atomic<bool>> state_;
};

}  // namespace clientele

#endif  // CLIENTELE_COMMON_EXECUTOR_CANCELLATION_H_

#ifndef CLIENTELE_COMMON_EXECUTOR_CANCELLATION_H_
#define CLIENTELE_COMMON_EXECUTOR_CANCELLATION_H_

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <utility>

#include "absl/time/time.h"

namespace clientele {

// The receiving end of a cancellation: cheap to copy, thread-safe. A default
// token is never cancelled.
class CancellationToken {
 public:
  CancellationToken() = default;
  bool IsCancelled() const { return token_.stop_requested(); }

  // Waits until cancellation, at most `timeout`; true when cancelled. A long
  // stream does this between two polls.
  bool WaitFor(absl::Duration timeout) const {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    const absl::Duration bounded = std::min(timeout, absl::Hours(24 * 365));
    never.wait_for(lock, token_, absl::ToChronoNanoseconds(bounded), [] { return false; });
    return IsCancelled();
  }

  // For std::stop_callback: code that has something of its own to wake or to cancel.
  const std::stop_token& stop_token() const { return token_; }

 private:
  friend class CancellationSource;
  explicit CancellationToken(std::stop_token token) : token_(std::move(token)) {}
  std::stop_token token_;
};

// The sending end. Canceling is final, idempotent and thread-safe; tokens
// outlive their source.
//
//   CancellationSource source;
//   context.cancellation = source.token();
//   ...
//   source.Cancel();   // from any thread, such as gRPC's OnCancel
class CancellationSource {
 public:
  CancellationToken token() const { return CancellationToken(source_.get_token()); }
  void Cancel() { source_.request_stop(); }

 private:
  std::stop_source source_;
};

}  // namespace clientele

#endif  // CLIENTELE_COMMON_EXECUTOR_CANCELLATION_H_

#ifndef CLIENTELE_COMMON_RPC_OPERATION_GATE_H_
#define CLIENTELE_COMMON_RPC_OPERATION_GATE_H_

#include <condition_variable>
#include <mutex>

namespace clientele::rpc::internal {

// Lets a worker wait for the one stream operation that is under way. gRPC always
// completes an operation, with ok = false when the call is over.
class OperationGate {
 public:
  void Begin() {
    std::lock_guard lock(mutex_);
    pending_ = true;
  }
  void Done(bool ok) {
    std::lock_guard lock(mutex_);
    pending_ = false;
    ok_ = ok;
    done_.notify_all();
  }
  // Blocks until nothing is under way; false when the last operation failed.
  bool Wait() {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return !pending_; });
    return ok_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable done_;
  bool pending_ = false;
  bool ok_ = true;
};

}  // namespace clientele::rpc::internal

#endif  // CLIENTELE_COMMON_RPC_OPERATION_GATE_H_

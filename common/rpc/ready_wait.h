#ifndef CLIENTELE_COMMON_RPC_READY_WAIT_H_
#define CLIENTELE_COMMON_RPC_READY_WAIT_H_

// How long calls of a channel wait for a replica that is ready. gRPC knows two answers: not at
// all, so that a call fails in the moment between two replicas; or until its deadline, so that
// callers of a service that is away hang. This is between: a call waits for at most `limit`, and
// once one has waited in vain, the others and all later calls fail at once, until the channel is
// ready again.
//
//   ReadyWait ready(channel, absl::Seconds(5));
//   std::shared_ptr<ReadyWait::Call> call = ready.Begin();
//   call->context.set_deadline(...);
//   stub->async()->GetCustomer(&call->context, &request, &response, [&, call](grpc::Status status)
//   {
//     status = ready.Ended(call, std::move(status));   // UNAVAILABLE when the wait was given up
//     ...
//   });
//   ready.Started(call);
//
// A call that gRPC sends again after a replica took it waits until its deadline.
//
// A call holds its channel. It is often destroyed last by a thread of gRPC, in the callback that
// ended it, and gRPC 1.51 cannot destroy a channel there: the thread would wait for its own end.
// Destroying the ReadyWait therefore waits for the calls, and the channel ends with its owner.
//
// Thread-safe.

#include <atomic>
#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include "absl/time/time.h"

namespace clientele::rpc {

class ReadyWait {
 public:
  class Call {
    // Says that the call is gone; destroyed after its context.
    class Presence {
     public:
      explicit Presence(ReadyWait* wait);
      ~Presence();
      Presence(const Presence&) = delete;
      Presence& operator=(const Presence&) = delete;

     private:
      ReadyWait* const wait_;
    };
    const Presence presence_;

   public:
    explicit Call(ReadyWait* wait) : presence_(wait) {}

    grpc::ClientContext context;

   private:
    friend class ReadyWait;
    using List = std::list<std::shared_ptr<Call>>;

    absl::Time started_;
    bool ended_ = false;
    bool given_up_ = false;
    List* list_ = nullptr;  // null: in none
    List::iterator position_;
  };

  // `limit` zero: calls do not wait.
  ReadyWait(std::shared_ptr<grpc::Channel> channel, absl::Duration limit);
  // After the last call has ended; waits until the last is destroyed.
  ~ReadyWait();
  ReadyWait(const ReadyWait&) = delete;
  ReadyWait& operator=(const ReadyWait&) = delete;

  // A call whose context says whether it waits.
  std::shared_ptr<Call> Begin();
  // Once the call has been started on its stub, with callbacks.
  void Started(const std::shared_ptr<Call>& call);
  // Once, when the call has ended with `status`: what its caller should be told.
  grpc::Status Ended(const std::shared_ptr<Call>& call, grpc::Status status);

 private:
  void Run();
  // The calls to cancel. Under the lock.
  Call::List GiveUp();

  const std::shared_ptr<grpc::Channel> channel_;
  const absl::Duration limit_;

  std::mutex mutex_;
  std::condition_variable changed_;
  Call::List waiting_;    // in the order of their start
  Call::List connected_;  // older than `limit`: with a connection, or given up
  int calls_ = 0;         // not yet destroyed
  std::atomic<bool> away_ = false;
  bool asleep_ = false;  // the thread, for as long as there is no call
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_READY_WAIT_H_

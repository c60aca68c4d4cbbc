#ifndef CLIENTELE_COMMON_RPC_WAITING_STREAMS_H_
#define CLIENTELE_COMMON_RPC_WAITING_STREAMS_H_

// The client streams of a server: how many a caller may have open, and how long one may go
// without a message. A stream that waits for its caller costs its memory and no thread.
//
//   CLIENTELE_RETURN_IF_ERROR(streams.Admit("crm"));
//   const std::uint64_t turn = streams.Begin(stream);   // before each read
//   StartRead(&message);
//   streams.Wait(stream, turn);
//   ...
//   if (!streams.Resume(stream)) return;                // in OnReadDone: OnIdle() has the call
//   ...
//   streams.Leave("crm");                               // when the stream is gone
//
// Thread-safe.

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace clientele::rpc {

class WaitingStreams {
 public:
  struct Options {
    // Of all callers, and of one.
    std::size_t max_streams = 8192;
    std::size_t max_per_caller = 2048;
    // A stream without a message for this long is ended.
    absl::Duration idle_limit = absl::Minutes(1);
    // The same during a drain.
    absl::Duration drain_idle_limit = absl::Milliseconds(500);
  };

  class Stream {
   public:
    // The limit has passed, or `draining`. Once; the stream ends its call, and outlives the call of
    // this function. On the watch's thread.
    virtual void OnIdle(bool draining) = 0;

   protected:
    virtual ~Stream() = default;

   private:
    friend class WaitingStreams;
    enum class State { kBusy, kReading, kWaiting, kEnded };
    State state_ = State::kBusy;
    std::uint64_t turn_ = 0;
    absl::Time since_;
    std::list<Stream*>::iterator position_;
  };

  explicit WaitingStreams(Options options);
  // After the last stream has left.
  ~WaitingStreams();
  WaitingStreams(const WaitingStreams&) = delete;
  WaitingStreams& operator=(const WaitingStreams&) = delete;

  // A place for one more stream of the caller; RESOURCE_EXHAUSTED (reason OVERLOADED) without one.
  absl::Status Admit(const std::string& caller);
  void Leave(const std::string& caller);

  // A read begins.
  std::uint64_t Begin(Stream& stream);
  // Waits for it from now on, unless it has been answered since.
  void Wait(Stream& stream, std::uint64_t turn);
  // The read was answered. False: the stream was idle for too long and ends its call by itself.
  bool Resume(Stream& stream);

  // From now on the shorter limit holds.
  void Drain();

 private:
  void Run();

  const Options options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::size_t> callers_;
  std::size_t open_ = 0;
  std::list<Stream*> waiting_;  // in the order in which they began to wait
  bool asleep_ = false;         // the thread, for as long as no stream waits
  bool draining_ = false;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_WAITING_STREAMS_H_

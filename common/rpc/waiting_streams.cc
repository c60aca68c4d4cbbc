#include "common/rpc/waiting_streams.h"

#include "absl/time/clock.h"

#include "common/status/error_details.h"

namespace clientele::rpc {

WaitingStreams::WaitingStreams(Options options) : options_(options), thread_([this] { Run(); }) {}

WaitingStreams::~WaitingStreams() {
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

absl::Status WaitingStreams::Admit(const std::string& caller) {
  std::lock_guard lock(mutex_);
  const auto of_caller = callers_.find(caller);
  if (open_ >= options_.max_streams ||
      (of_caller != callers_.end() && of_caller->second >= options_.max_per_caller)) {
    return BusyError("too many open streams: end those that wait, or try again later",
                     absl::Seconds(1));
  }
  ++open_;
  ++callers_[caller];
  return absl::OkStatus();
}

void WaitingStreams::Leave(const std::string& caller) {
  std::lock_guard lock(mutex_);
  --open_;
  const auto of_caller = callers_.find(caller);
  if (--of_caller->second == 0) callers_.erase(of_caller);
}

std::uint64_t WaitingStreams::Begin(Stream& stream) {
  std::lock_guard lock(mutex_);
  stream.state_ = Stream::State::kReading;
  return ++stream.turn_;
}

void WaitingStreams::Wait(Stream& stream, std::uint64_t turn) {
  std::lock_guard lock(mutex_);
  if (stream.turn_ != turn || stream.state_ != Stream::State::kReading) return;
  stream.state_ = Stream::State::kWaiting;
  stream.since_ = absl::Now();
  stream.position_ = waiting_.insert(waiting_.end(), &stream);
  if (asleep_) changed_.notify_all();
}

bool WaitingStreams::Resume(Stream& stream) {
  std::lock_guard lock(mutex_);
  if (stream.state_ == Stream::State::kEnded) return false;
  if (stream.state_ == Stream::State::kWaiting) waiting_.erase(stream.position_);
  stream.state_ = Stream::State::kBusy;
  return true;
}

void WaitingStreams::Drain() {
  std::lock_guard lock(mutex_);
  draining_ = true;
  changed_.notify_all();
}

void WaitingStreams::Run() {
  std::unique_lock lock(mutex_);
  while (!stopped_) {
    if (waiting_.empty()) {
      asleep_ = true;
      changed_.wait(lock, [this] { return stopped_ || !waiting_.empty(); });
      asleep_ = false;
      continue;
    }
    const bool draining = draining_;
    Stream* const first = waiting_.front();
    const absl::Time due =
        first->since_ + (draining ? options_.drain_idle_limit : options_.idle_limit);
    if (absl::Now() < due) {
      changed_.wait_until(lock, absl::ToChronoTime(due),
                          [&] { return stopped_ || draining_ != draining; });
      continue;
    }
    first->state_ = Stream::State::kEnded;
    waiting_.pop_front();
    lock.unlock();
    first->OnIdle(draining);
    lock.lock();
  }
}

}  // namespace clientele::rpc

#include "services/profile-service/core/changes/change_notifier.h"

#include <utility>

namespace clientele::profile {
namespace {

// A poll that takes longer is given up; the next one tries again.
constexpr absl::Duration kPollTimeout = absl::Seconds(2);

}  // namespace

ChangeNotifier::~ChangeNotifier() { Stop(); }

void ChangeNotifier::Start(absl::Duration interval) {
  poller_ = std::thread([this, interval] { PollLoop(interval); });
}

void ChangeNotifier::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  if (poller_.joinable()) poller_.join();
}

void ChangeNotifier::PollLoop(absl::Duration interval) {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    stop_.wait_for(lock, absl::ToChronoNanoseconds(interval), [this] { return stopping_; });
    if (stopping_ || waiting_ == 0) continue;
    lock.unlock();
    PollOnce();
    lock.lock();
  }
}

void ChangeNotifier::OnPublished(std::function<void()> wake) { wakes_.push_back(std::move(wake)); }

void ChangeNotifier::Published() {
  {
    std::lock_guard lock(mutex_);
    ++generation_;
  }
  changed_.notify_all();
  for (const auto& wake : wakes_) wake();
}

void ChangeNotifier::PollOnce() {
  RequestContext context;
  context.deadline = clock_->Now() + kPollTimeout;
  const absl::StatusOr<FeedState> state = store_->State(context);
  if (!state.ok()) return;
  {
    std::lock_guard lock(mutex_);
    if (state->last_seq == last_seq_ && state->epoch == epoch_) return;
    last_seq_ = state->last_seq;
    epoch_ = state->epoch;
    ++generation_;
  }
  changed_.notify_all();
}

uint64_t ChangeNotifier::generation() const {
  std::lock_guard lock(mutex_);
  return generation_;
}

bool ChangeNotifier::WaitForNews(uint64_t seen, absl::Duration timeout,
                                 const CancellationToken& cancellation) {
  std::unique_lock lock(mutex_);
  ++waiting_;
  changed_.wait_for(lock, cancellation.stop_token(), absl::ToChronoNanoseconds(timeout),
                    [&] { return generation_ != seen; });
  --waiting_;
  return generation_ != seen;
}

int ChangeNotifier::waiting() const {
  std::lock_guard lock(mutex_);
  return waiting_;
}

}  // namespace clientele::profile

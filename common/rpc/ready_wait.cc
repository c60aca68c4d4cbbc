#include "common/rpc/ready_wait.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/time/clock.h"

#include "common/rpc/channel.h"

namespace clientele::rpc {

ReadyWait::Call::Presence::Presence(ReadyWait* wait) : wait_(wait) {
  std::lock_guard lock(wait_->mutex_);
  ++wait_->calls_;
}

ReadyWait::Call::Presence::~Presence() {
  std::lock_guard lock(wait_->mutex_);
  if (--wait_->calls_ == 0 && wait_->stopped_) wait_->changed_.notify_all();
}

ReadyWait::ReadyWait(std::shared_ptr<grpc::Channel> channel, absl::Duration limit)
    : channel_(std::move(channel)), limit_(limit), thread_([this] { Run(); }) {}

ReadyWait::~ReadyWait() {
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  thread_.join();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return calls_ == 0; });
}

std::shared_ptr<ReadyWait::Call> ReadyWait::Begin() {
  auto call = std::make_shared<Call>(this);
  bool waits = limit_ > absl::ZeroDuration();
  if (waits && away_) {
    waits = channel_->GetState(/*try_to_connect=*/true) == GRPC_CHANNEL_READY;
    if (waits) away_ = false;
  }
  call->context.set_wait_for_ready(waits);
  call->started_ = absl::Now();
  return call;
}

void ReadyWait::Started(const std::shared_ptr<Call>& call) {
  std::lock_guard lock(mutex_);
  if (call->ended_) return;
  call->list_ = &waiting_;
  call->position_ = waiting_.insert(waiting_.end(), call);
  if (asleep_) changed_.notify_all();
}

grpc::Status ReadyWait::Ended(const std::shared_ptr<Call>& call, grpc::Status status) {
  bool given_up = false;
  {
    std::lock_guard lock(mutex_);
    call->ended_ = true;
    given_up = call->given_up_;
    if (call->list_ != nullptr) call->list_->erase(call->position_);
    call->list_ = nullptr;
  }
  if (status.ok()) return status;
  const bool late = status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED;
  if (given_up || (late && !IsConnected(call->context.peer()))) {
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, "no replica is ready");
  }
  return status;
}

void ReadyWait::Run() {
  std::unique_lock lock(mutex_);
  while (!stopped_) {
    if (waiting_.empty()) {
      asleep_ = true;
      changed_.wait(lock, [this] { return stopped_ || !waiting_.empty(); });
      asleep_ = false;
      continue;
    }
    const absl::Time due = waiting_.front()->started_ + limit_;
    if (absl::Now() < due) {
      changed_.wait_until(lock, absl::ToChronoTime(due), [this] { return stopped_; });
      continue;
    }
    Call::List given_up = GiveUp();
    lock.unlock();
    // A call may end, and come back here, inside of its cancellation.
    for (const std::shared_ptr<Call>& call : given_up) call->context.TryCancel();
    given_up.clear();
    lock.lock();
  }
}

ReadyWait::Call::List ReadyWait::GiveUp() {
  Call::List given_up;
  const absl::Time now = absl::Now();
  while (!waiting_.empty()) {
    const std::shared_ptr<Call> call = waiting_.front();
    const bool connected = IsConnected(call->context.peer());
    // One that has waited in vain speaks for those after it.
    if (given_up.empty() && call->started_ + limit_ > now) break;
    if (!connected) {
      call->given_up_ = true;
      given_up.push_back(call);
      away_ = true;
    }
    call->list_ = &connected_;
    connected_.splice(connected_.end(), waiting_, call->position_);
  }
  return given_up;
}

}  // namespace clientele::rpc

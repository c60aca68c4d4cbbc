#include "services/gateway-service/rpc/forwarded_stream.h"

#include <cstdint>
#include <utility>

#include "common/rpc/client_context.h"
#include "common/rpc/stream_reactors.h"

namespace clientele::gateway {

void ForwardedStream::CutOff::operator()() const {
  stream->CutOffWith(rpc::internal::StreamDrainedError());
}

ForwardedStream::ForwardedStream(std::unique_ptr<rpc::internal::ActiveCall> call,
                                 Upstream* upstream, rpc::WaitingStreams* streams,
                                 CancellationToken drain)
    : call_(std::move(call)), upstream_(upstream), streams_(streams), drain_(std::move(drain)) {}

void ForwardedStream::Start(const std::string& path, bool from_caller) {
  absl::Status status = call_->Start();
  if (status.ok() && from_caller) {
    status = streams_->Admit(call_->context().caller.name);
    has_place_ = status.ok();
  }
  if (status.ok()) {
    status = upstream_->Enter();
    entered_ = status.ok();
  }
  if (!status.ok()) return Finish(call_->End(status));

  rpc::ClientCallOptions options = upstream_->call_options();
  options.timeout = absl::InfiniteDuration();
  upstream_call_ = upstream_->ready().Begin();
  rpc::PrepareClientContext(call_->context(), options, &upstream_call_->context);
  upstream_->stub().PrepareBidiStreamingCall(&upstream_call_->context, path, {}, &answers_);
  answers_.AddHold();
  answers_.StartRead(&answer_);
  answers_.StartCall();
  upstream_->ready().Started(upstream_call_);
  if (!from_caller) on_drain_.emplace(drain_.stop_token(), CutOff{this});
  ReadRequest();
}

void ForwardedStream::ReadRequest() {
  ++references_;
  const std::uint64_t turn = streams_->Begin(*this);
  StartRead(&request_);
  if (has_place_) streams_->Wait(*this, turn);
  Release();
}

void ForwardedStream::OnReadDone(bool ok) {
  if (!streams_->Resume(*this) || !BeginOutside()) return;
  if (ok) {
    answers_.StartWrite(&request_);
  } else {
    answers_.StartWritesDone();
  }
  EndOutside();
}

void ForwardedStream::OnAnswer(bool ok) {
  if (!ok) return EndAnswers();
  StartWrite(&answer_);
}

void ForwardedStream::OnWriteDone(bool ok) {
  if (!ok) {
    upstream_call_->context.TryCancel();
    return EndAnswers();
  }
  if (!BeginOutside()) return;
  answers_.StartRead(&answer_);
  EndOutside();
}

void ForwardedStream::OnEnd(const grpc::Status& status) {
  const grpc::Status answer = upstream_->ready().Ended(upstream_call_, status);
  absl::Status end;
  {
    std::lock_guard lock(mutex_);
    end = cut_off_;
  }
  if (end.ok() && !answer.ok()) end = upstream_->Describe(call_->context(), answer);
  Finish(call_->End(end));  // `this` may be gone from here on
}

void ForwardedStream::OnCancel() {
  call_->Cancel();
  if (upstream_call_ != nullptr) upstream_call_->context.TryCancel();
}

void ForwardedStream::OnIdle(bool draining) {
  CutOffWith(draining ? rpc::internal::StreamDrainedError() : rpc::internal::StreamIdleError());
}

void ForwardedStream::OnDone() {
  on_drain_.reset();
  if (entered_) upstream_->Leave();
  if (has_place_) streams_->Leave(call_->context().caller.name);
  Release();
}

bool ForwardedStream::BeginOutside() {
  std::lock_guard lock(mutex_);
  if (answers_ended_) return false;
  ++outside_;
  return true;
}

void ForwardedStream::EndOutside() {
  {
    std::lock_guard lock(mutex_);
    --outside_;
    if (!answers_ended_ || outside_ > 0 || hold_released_) return;
    hold_released_ = true;
  }
  answers_.RemoveHold();
}

void ForwardedStream::EndAnswers() {
  {
    std::lock_guard lock(mutex_);
    ++outside_;
    answers_ended_ = true;
  }
  EndOutside();
}

void ForwardedStream::CutOffWith(absl::Status reason) {
  {
    std::lock_guard lock(mutex_);
    if (cut_off_.ok()) cut_off_ = std::move(reason);
  }
  upstream_call_->context.TryCancel();
}

void ForwardedStream::Release() {
  if (--references_ == 0) delete this;
}

}  // namespace clientele::gateway

#ifndef CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_FORWARDED_STREAM_H_
#define CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_FORWARDED_STREAM_H_

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/client_callback.h>
#include <grpcpp/support/server_callback.h>

#include "common/executor/cancellation.h"
#include "common/rpc/active_call.h"
#include "common/rpc/ready_wait.h"
#include "common/rpc/waiting_streams.h"
#include "services/gateway-service/upstream/upstream.h"

namespace clientele::gateway {

// Part of forwarding_service.h: one streaming call. Each direction has one message under way, so
// that a slow reader slows the writer and nothing is buffered here. Deletes itself when gRPC is
// done with both sides.
class ForwardedStream final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
                              private rpc::WaitingStreams::Stream {
 public:
  // Pointers are borrowed.
  ForwardedStream(std::unique_ptr<rpc::internal::ActiveCall> call, Upstream* upstream,
                  rpc::WaitingStreams* streams, CancellationToken drain);

  // A stream `from_caller` takes one of the caller's places, and may be idle for only so long; any
  // other ends with the drain.
  void Start(const std::string& path, bool from_caller);

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  // The backend's side.
  class Answers final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
   public:
    explicit Answers(ForwardedStream* stream) : stream_(stream) {}
    void OnReadDone(bool ok) override { stream_->OnAnswer(ok); }
    void OnWriteDone(bool ok) override {
      if (ok) stream_->ReadRequest();
    }
    void OnDone(const grpc::Status& status) override { stream_->OnEnd(status); }

   private:
    ForwardedStream* const stream_;
  };
  struct CutOff {
    ForwardedStream* stream;
    void operator()() const;
  };

  ~ForwardedStream() override = default;

  void ReadRequest();
  void OnAnswer(bool ok);
  void OnEnd(const grpc::Status& status);
  void OnIdle(bool draining) override;

  // Operations of the backend's side that are started outside of its own reactions: none once its
  // answers have ended.
  bool BeginOutside();
  void EndOutside();
  void EndAnswers();
  // Ends the backend's call, and with it this one, with `reason`.
  void CutOffWith(absl::Status reason);
  void Release();

  const std::unique_ptr<rpc::internal::ActiveCall> call_;
  Upstream* const upstream_;
  rpc::WaitingStreams* const streams_;
  const CancellationToken drain_;
  std::shared_ptr<rpc::ReadyWait::Call> upstream_call_;
  Answers answers_{this};
  grpc::ByteBuffer request_;
  grpc::ByteBuffer answer_;
  bool entered_ = false;
  bool has_place_ = false;
  std::atomic<int> references_ = 1;  // gRPC's, and of a read that is being started

  std::mutex mutex_;
  int outside_ = 0;
  bool answers_ended_ = false;
  bool hold_released_ = false;
  absl::Status cut_off_;  // why, when the gateway itself ends the call

  std::optional<std::stop_callback<CutOff>> on_drain_;
};

}  // namespace clientele::gateway

#endif  // CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_FORWARDED_STREAM_H_

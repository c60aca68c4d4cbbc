#ifndef CLIENTELE_COMMON_RPC_CHANNEL_H_
#define CLIENTELE_COMMON_RPC_CHANNEL_H_

// Channels to the suite's services. A channel connects by itself, spreads calls
// over every address of a name (headless Kubernetes Services) whose health says
// SERVING, and notices within about a second that a restarted backend is back. A
// server that drains gets no new call as soon as its health says so. (In a process that
// serves nothing, connections move only while a call or a wait is under way.) Which calls
// are sent again without their caller's doing is in service_config.h.

#include <memory>
#include <string>

#include <grpcpp/channel.h>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace clientele::rpc {

struct ChannelOptions {
  // "127.0.0.1:50051", "dns:///profile-service:50051".
  std::string target = {};
  // Bytes of one message.
  int max_receive_bytes = 8 * 1024 * 1024;
  int max_send_bytes = 8 * 1024 * 1024;
  // The longest pause between two attempts to connect, give or take a fifth.
  absl::Duration max_reconnect_backoff = absl::Milliseconds(500);
  // A silent connection with calls on it is probed this often; lost when no answer
  // comes within keepalive_timeout.
  absl::Duration keepalive_interval = absl::Seconds(30);
  absl::Duration keepalive_timeout = absl::Seconds(10);
  // A call waits for a replica that is ready, until its deadline, instead of failing with
  // UNAVAILABLE while there is none. A call can say otherwise (ClientContext).
  bool wait_for_ready = false;
};

// Never fails: errors show in calls. Thread-safe, meant to be shared.
std::shared_ptr<grpc::Channel> MakeChannel(const ChannelOptions& options);

// Whether a call of such a channel was given a connection, as ClientContext::peer() tells once
// the call has been started.
bool IsConnected(absl::string_view peer);

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_CHANNEL_H_

#include "common/rpc/channel.h"

#include <algorithm>

#include <grpcpp/create_channel.h>
#include <grpcpp/support/channel_arguments.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "common/rpc/credentials.h"
#include "common/rpc/service_config.h"

namespace clientele::rpc {
namespace {

constexpr int kFirstBackoffMs = 100;
constexpr int kConnectTimeoutMs = 2000;

// "127.0.0.1:50051" as "dns:///127.0.0.1:50051", "ipv4:127.0.0.1:50051" as
// "ipv4:///127.0.0.1:50051": unlike the name of any peer.
std::string WithSlashes(absl::string_view target) {
  for (const absl::string_view scheme : {"dns:", "ipv4:", "ipv6:"}) {
    absl::string_view rest = target;
    if (!absl::ConsumePrefix(&rest, scheme)) continue;
    return absl::StartsWith(rest, "//") ? std::string(target) : absl::StrCat(scheme, "///", rest);
  }
  if (absl::StrContains(target, "//") || absl::StartsWith(target, "unix:")) {
    return std::string(target);
  }
  return absl::StrCat("dns:///", target);
}

int Milliseconds(absl::Duration duration) {
  return static_cast<int>(absl::ToInt64Milliseconds(duration));
}

}  // namespace

std::shared_ptr<grpc::Channel> MakeChannel(const ChannelOptions& options) {
  grpc::ChannelArguments arguments;
  arguments.SetLoadBalancingPolicyName("round_robin");
  arguments.SetServiceConfigJSON(ServiceConfig(options.wait_for_ready));
  arguments.SetMaxReceiveMessageSize(options.max_receive_bytes);
  arguments.SetMaxSendMessageSize(options.max_send_bytes);
  const int max_backoff = std::max(kFirstBackoffMs, Milliseconds(options.max_reconnect_backoff));
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kFirstBackoffMs);
  // By its name a pause; it is the least time that an attempt to connect gets.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kConnectTimeoutMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, max_backoff);
  // A name is looked up again at most this often while addresses fail.
  arguments.SetInt(GRPC_ARG_DNS_MIN_TIME_BETWEEN_RESOLUTIONS_MS, max_backoff);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, Milliseconds(options.keepalive_interval));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, Milliseconds(options.keepalive_timeout));
  // Channels of one target in a process stay apart.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(WithSlashes(options.target), MakeChannelCredentials(),
                                   arguments);
}

// Without a connection gRPC gives the channel's target.
bool IsConnected(absl::string_view peer) { return !absl::StrContains(peer, "//"); }

}  // namespace clientele::rpc

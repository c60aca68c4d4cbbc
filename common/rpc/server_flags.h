#ifndef CLIENTELE_COMMON_RPC_SERVER_FLAGS_H_
#define CLIENTELE_COMMON_RPC_SERVER_FLAGS_H_

#include "common/flags/flags.h"
#include "common/rpc/server_host.h"

namespace clientele::rpc {

// For main.cc only, from its one thread. Adds
// address, port, metrics_port, worker_threads, worker_queue, method_share, stream_threads,
// client_stream_threads, max_client_streams, max_client_streams_per_caller,
// stream_idle_limit, max_receive_bytes, max_unary_time, drain_timeout, lame_duck,
// auth_tokens_file, allow_anonymous, and log_severity for the process's log.
void AddServerFlags(CLI::App& app, ServerHost::Options& options);

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_SERVER_FLAGS_H_

#include "common/rpc/server_flags.h"

#include <string>

#include "common/telemetry/log.h"

namespace clientele::rpc {

using flags::AddFlag;
using flags::FlagEnvironmentName;

void AddServerFlags(CLI::App& app, ServerHost::Options& options) {
  AddFlag(app, "address", options.address, "IP address to listen on");
  AddFlag(app, "port", options.port, "Port of gRPC; 0: any free port")->check(CLI::Range(0, 65535));
  app.add_option_function<int>(
         "--metrics_port", [&options](const int& port) { options.metrics_port = port; },
         "Port of Prometheus metrics; 0: any free port, -1: none (default: port + 1000)")
      ->envname(FlagEnvironmentName("metrics_port"))
      ->check(CLI::Range(-1, 65535));
  AddFlag(app, "worker_threads", options.worker_threads, "Workers of unary calls")
      ->check(CLI::Range(1, 1024));
  AddFlag(app, "worker_queue", options.worker_queue, "Unary calls that may wait for a worker")
      ->check(CLI::Range(0, 1'000'000));
  AddFlag(app, "method_share", options.method_share,
          "Part of the workers and of their queue that one method's calls get")
      ->check(CLI::Range(0.01, 1.0));
  AddFlag(app, "stream_threads", options.stream_threads, "Server streams at a time")
      ->check(CLI::Range(1, 4096));
  AddFlag(app, "client_stream_threads", options.client_stream_threads,
          "Workers of messages of client streams")
      ->check(CLI::Range(1, 1024));
  AddFlag(app, "max_client_streams", options.max_client_streams, "Client streams open at a time")
      ->check(CLI::Range(0, 1'000'000));
  AddFlag(app, "max_client_streams_per_caller", options.max_client_streams_per_caller,
          "Client streams of one caller open at a time")
      ->check(CLI::Range(0, 1'000'000));
  AddFlag(app, "stream_idle_limit", options.stream_idle_limit,
          "A client stream without a message for this long is ended");
  AddFlag(app, "max_receive_bytes", options.max_receive_bytes, "Largest message accepted")
      ->check(CLI::Range(1024, 1024 * 1024 * 1024));
  AddFlag(app, "max_unary_time", options.max_unary_time, "Longest time of a unary call");
  AddFlag(app, "drain_timeout", options.drain_timeout,
          "How long a shutdown waits for accepted calls");
  AddFlag(app, "lame_duck", options.lame_duck,
          "A drain refuses calls once none has arrived for this long");
  AddFlag(app, "auth_tokens_file", options.auth_tokens_file,
          "Lines caller:role:sha256-hex-of-token; empty: callers are anonymous admins");
  AddFlag(app, "allow_anonymous", options.allow_anonymous,
          "Accept anonymous callers, as admins, on an address that other machines reach");
  app.add_option_function<std::string>(
         "--log_severity",
         [](const std::string& text) {
           if (auto severity = telemetry::ParseSeverity(text); severity.ok()) {
             telemetry::Logger::Process().SetSeverity(*severity);
           }
         },
         "debug, info, warning, error or off")
      ->envname(FlagEnvironmentName("log_severity"))
      ->default_str("info")
      ->check(CLI::IsMember({"debug", "info", "warning", "error", "off"}));
}

}  // namespace clientele::rpc

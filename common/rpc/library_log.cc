#include "common/rpc/library_log.h"

#include <mutex>
#include <string>

#include <grpc/support/log.h>

#include "google/protobuf/stubs/logging.h"

#include "common/telemetry/log.h"

namespace clientele::rpc {
namespace {

using telemetry::Logger;
using telemetry::Severity;

void LogGrpc(gpr_log_func_args* args) {
  const Severity severity =
      args->severity == GPR_LOG_SEVERITY_ERROR ? Severity::kWarning : Severity::kDebug;
  Logger::Process().Log(severity, "grpc", {{"message", args->message}});
}

void LogProtobuf(google::protobuf::LogLevel level, const char* file, int line,
                 const std::string& message) {
  const Severity severity =
      level == google::protobuf::LOGLEVEL_INFO ? Severity::kDebug : Severity::kWarning;
  Logger::Process().Log(severity, "protobuf", {{"message", message}});
}

}  // namespace

void RedirectLibraryLogs() {
  static std::once_flag once;
  std::call_once(once, [] {
    gpr_set_log_function(&LogGrpc);
    google::protobuf::SetLogHandler(&LogProtobuf);
  });
}

}  // namespace clientele::rpc

#include "common/rpc/server_flags.h"

#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <sstream>

#include "absl/strings/str_replace.h"

#include "common/telemetry/log.h"

namespace clientele::rpc {
namespace {

constexpr int kExitUsage = 2;
constexpr int kExitFailure = 1;

std::string OneLine(absl::string_view text) {
  return absl::StrReplaceAll(absl::StripAsciiWhitespace(text), {{"\n", "; "}});
}

}  // namespace

std::string FlagEnvironmentName(absl::string_view name) {
  return absl::StrCat("CLIENTELE_", absl::AsciiStrToUpper(name));
}

CLI::Option* AddFlag(CLI::App& app, const std::string& name, bool& value,
                     const std::string& description) {
  return app.add_flag("--" + name, value, description)->envname(FlagEnvironmentName(name));
}

CLI::Option* AddFlag(CLI::App& app, const std::string& name, absl::Duration& value,
                     const std::string& description) {
  const std::string flag = "--" + name;
  return app
      .add_option_function<std::string>(
          flag,
          [flag, &value](const std::string& text) {
            absl::Duration parsed;
            if (!absl::ParseDuration(text, &parsed) || parsed < absl::ZeroDuration()) {
              throw CLI::ValidationError(flag, "must be a duration such as 500ms, 30s or 2h");
            }
            value = parsed;
          },
          description)
      ->type_name("DURATION")
      ->default_str(absl::FormatDuration(value))
      ->envname(FlagEnvironmentName(name));
}

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
  AddFlag(app, "stream_threads", options.stream_threads, "Streaming calls at a time")
      ->check(CLI::Range(1, 4096));
  AddFlag(app, "max_receive_bytes", options.max_receive_bytes, "Largest message accepted")
      ->check(CLI::Range(1024, 1024 * 1024 * 1024));
  AddFlag(app, "max_unary_time", options.max_unary_time, "Longest time of a unary call");
  AddFlag(app, "drain_timeout", options.drain_timeout,
          "How long a shutdown waits for accepted calls");
  AddFlag(app, "lame_duck", options.lame_duck,
          "How long calls are accepted after health turned NOT_SERVING");
  AddFlag(app, "auth_tokens_file", options.auth_tokens_file,
          "Lines caller:sha256-hex-of-token; empty: callers are anonymous");
  AddFlag(app, "allow_anonymous", options.allow_anonymous,
          "Accept anonymous callers on an address that other machines reach");
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

std::optional<int> ParseFlags(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::Success& request) {  // --help and --version
    return app.exit(request);
  } catch (const CLI::ParseError& error) {
    std::cerr << app.get_name() << ": " << OneLine(error.what()) << " (see --help)" << std::endl;
    return kExitUsage;
  }
}

absl::StatusOr<std::string> ReadSecret(const std::string& env, const std::string& file) {
  std::string secret;
  if (!file.empty()) {
    std::ifstream stream(file, std::ios::binary);
    std::stringstream text;
    text << stream.rdbuf();
    if (!stream.is_open()) {
      return absl::FailedPreconditionError(
          absl::StrCat("the secret's file cannot be read (it may also be given as ", env, ")"));
    }
    secret = text.str();
  } else if (const char* value = std::getenv(env.c_str()); value != nullptr) {
    secret = value;
  } else {
    return absl::NotFoundError(absl::StrCat("set ", env, ", or give the secret in a file"));
  }
  while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
  if (secret.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the secret is empty (", env, " or its file)"));
  }
  return secret;
}

int RunMain(absl::string_view name, const std::function<absl::Status()>& body) {
  absl::Status status;
  try {
    status = body();
  } catch (const std::exception& e) {
    status = absl::InternalError(e.what());
  }
  if (status.ok()) return 0;
  std::cerr << name << ": " << OneLine(std::string(status.message())) << std::endl;
  return absl::IsInvalidArgument(status) ? kExitUsage : kExitFailure;
}

}  // namespace clientele::rpc

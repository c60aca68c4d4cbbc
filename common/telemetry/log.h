#ifndef CLIENTELE_COMMON_TELEMETRY_LOG_H_
#define CLIENTELE_COMMON_TELEMETRY_LOG_H_

// One JSON object a line: what happened, with typed fields.
//
//   logger.Info("model_loaded", {{"model", id}, {"warm_ms", 12.5}});
//   {"ts":"2026-01-02T03:04:05.678Z","severity":"INFO","service":"qa-service",
//    "event":"model_loaded","model":"starter/1","warm_ms":12.5}
//
// Never log payloads or personal data. Thread-safe; a line is written whole.

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <string>
#include <type_traits>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace spdlog {
class logger;
}

namespace clientele::telemetry {

enum class Severity { kDebug, kInfo, kWarning, kError, kOff };

// "debug", "info", "warning", "error" or "off".
absl::StatusOr<Severity> ParseSeverity(absl::string_view text);

struct LogField {
  absl::string_view name;
  std::variant<bool, std::int64_t, std::uint64_t, double, absl::string_view> value;

  template <class T>
    requires(std::is_arithmetic_v<T>)
  LogField(absl::string_view n, T v) : name(n) {
    if constexpr (std::is_same_v<T, bool>) {
      value = v;
    } else if constexpr (std::is_floating_point_v<T>) {
      value = static_cast<double>(v);
    } else if constexpr (std::is_unsigned_v<T>) {
      value = static_cast<std::uint64_t>(v);
    } else {
      value = static_cast<std::int64_t>(v);
    }
  }
  // The text lives until the log call returns.
  LogField(absl::string_view n, absl::string_view v) : name(n), value(v) {}
  LogField(absl::string_view n, const char* v) : name(n), value(absl::string_view(v)) {}
  LogField(absl::string_view n, const std::string& v) : name(n), value(absl::string_view(v)) {}
};

class Logger {
 public:
  // Writes to stderr.
  explicit Logger(std::string service_name, Severity severity = Severity::kInfo);
  // Writes lines (without a line end) to `sink`, one at a time. For tests.
  Logger(std::string service_name, Severity severity, std::function<void(absl::string_view)> sink);
  ~Logger();

  void Log(Severity severity, absl::string_view event, std::initializer_list<LogField> fields = {});
  void Debug(absl::string_view event, std::initializer_list<LogField> fields = {});
  void Info(absl::string_view event, std::initializer_list<LogField> fields = {});
  void Warning(absl::string_view event, std::initializer_list<LogField> fields = {});
  void Error(absl::string_view event, std::initializer_list<LogField> fields = {});

  void SetSeverity(Severity severity);
  bool Enabled(Severity severity) const;

  // The process's log on stderr, for code that was given no other. Never
  // destroyed. main.cc names it once with SetProcessName.
  static Logger& Process();
  static void SetProcessName(std::string service_name);

 private:
  std::shared_ptr<const std::string> service_name() const;

  mutable std::mutex mutex_;
  std::shared_ptr<const std::string> service_name_;
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace clientele::telemetry

#endif  // CLIENTELE_COMMON_TELEMETRY_LOG_H_

#include "common/telemetry/log.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>
#include <variant>

#include <nlohmann/json.hpp>
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace clientele::telemetry {
namespace {

class FunctionSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit FunctionSink(std::function<void(absl::string_view)> sink) : sink_(std::move(sink)) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    sink_(absl::string_view(message.payload.data(), message.payload.size()));
  }
  void flush_() override {}

 private:
  std::function<void(absl::string_view)> sink_;
};

spdlog::level::level_enum Level(Severity severity) {
  switch (severity) {
    case Severity::kDebug:
      return spdlog::level::debug;
    case Severity::kInfo:
      return spdlog::level::info;
    case Severity::kWarning:
      return spdlog::level::warn;
    case Severity::kError:
      return spdlog::level::err;
    case Severity::kOff:
      break;
  }
  return spdlog::level::off;
}

const char* Name(Severity severity) {
  switch (severity) {
    case Severity::kDebug:
      return "DEBUG";
    case Severity::kInfo:
      return "INFO";
    case Severity::kWarning:
      return "WARNING";
    case Severity::kError:
      return "ERROR";
    case Severity::kOff:
      break;
  }
  return "OFF";
}

bool IsPlain(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
  });
}

void AppendText(absl::string_view text, std::string& line) {
  if (IsPlain(text)) {
    absl::StrAppend(&line, "\"", text, "\"");
    return;
  }
  // Bytes that are no UTF-8 are replaced: a log line is always valid JSON.
  line += nlohmann::json(std::string(text))
              .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void AppendValue(bool value, std::string& line) { line += value ? "true" : "false"; }
void AppendValue(std::int64_t value, std::string& line) { absl::StrAppend(&line, value); }
void AppendValue(std::uint64_t value, std::string& line) { absl::StrAppend(&line, value); }
void AppendValue(absl::string_view value, std::string& line) { AppendText(value, line); }
void AppendValue(double value, std::string& line) {
  if (!std::isfinite(value)) {
    line += "null";
    return;
  }
  std::array<char, 32> digits{};
  const std::to_chars_result end =
      std::to_chars(digits.data(), digits.data() + digits.size(), value);
  line.append(digits.data(), end.ptr);
}

std::shared_ptr<spdlog::logger> MakeLogger(std::shared_ptr<spdlog::sinks::sink> sink,
                                           Severity severity) {
  auto logger = std::make_shared<spdlog::logger>("clientele", std::move(sink));
  logger->set_pattern("%v");
  logger->set_level(Level(severity));
  return logger;
}

}  // namespace

absl::StatusOr<Severity> ParseSeverity(absl::string_view text) {
  if (text == "debug") return Severity::kDebug;
  if (text == "info") return Severity::kInfo;
  if (text == "warning") return Severity::kWarning;
  if (text == "error") return Severity::kError;
  if (text == "off") return Severity::kOff;
  return absl::InvalidArgumentError("a severity is debug, info, warning, error or off");
}

Logger::Logger(std::string service_name, Severity severity)
    : service_name_(std::make_shared<const std::string>(std::move(service_name))),
      logger_(MakeLogger(std::make_shared<spdlog::sinks::stderr_sink_mt>(), severity)) {}

Logger::Logger(std::string service_name, Severity severity,
               std::function<void(absl::string_view)> sink)
    : service_name_(std::make_shared<const std::string>(std::move(service_name))),
      logger_(MakeLogger(std::make_shared<FunctionSink>(std::move(sink)), severity)) {}

Logger::~Logger() = default;

void Logger::Log(Severity severity, absl::string_view event,
                 std::initializer_list<LogField> fields) {
  if (!Enabled(severity)) return;
  std::string line = absl::StrCat(
      R"({"ts":")", absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::Now(), absl::UTCTimeZone()),
      R"(","severity":")", Name(severity), R"(","service":)");
  AppendText(*service_name(), line);
  line += R"(,"event":)";
  AppendText(event, line);
  for (const LogField& field : fields) {
    line += ',';
    AppendText(field.name, line);
    line += ':';
    std::visit([&line](const auto& value) { AppendValue(value, line); }, field.value);
  }
  line += '}';
  logger_->log(Level(severity), spdlog::string_view_t(line.data(), line.size()));
}

void Logger::Debug(absl::string_view event, std::initializer_list<LogField> fields) {
  Log(Severity::kDebug, event, fields);
}
void Logger::Info(absl::string_view event, std::initializer_list<LogField> fields) {
  Log(Severity::kInfo, event, fields);
}
void Logger::Warning(absl::string_view event, std::initializer_list<LogField> fields) {
  Log(Severity::kWarning, event, fields);
}
void Logger::Error(absl::string_view event, std::initializer_list<LogField> fields) {
  Log(Severity::kError, event, fields);
}

void Logger::SetSeverity(Severity severity) { logger_->set_level(Level(severity)); }
bool Logger::Enabled(Severity severity) const {
  return severity != Severity::kOff && logger_->should_log(Level(severity));
}

std::shared_ptr<const std::string> Logger::service_name() const {
  std::lock_guard lock(mutex_);
  return service_name_;
}

Logger& Logger::Process() {
  static Logger* const logger = new Logger("clientele");
  return *logger;
}

void Logger::SetProcessName(std::string service_name) {
  Logger& logger = Process();
  std::lock_guard lock(logger.mutex_);
  logger.service_name_ = std::make_shared<const std::string>(std::move(service_name));
}

}  // namespace clientele::telemetry

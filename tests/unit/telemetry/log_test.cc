#include "common/telemetry/log.h"

#include <limits>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

namespace clientele::telemetry {
namespace {

struct Captured {
  std::vector<std::string> lines;
  Logger logger;
  explicit Captured(Severity severity = Severity::kInfo)
      : logger("qa-service", severity,
               [this](absl::string_view line) { lines.emplace_back(line); }) {}
};

TEST_CASE("a line is one JSON object with typed fields") {
  Captured captured;
  captured.logger.Info("model_loaded", {{"model", "starter/1"},
                                        {"rows", 42},
                                        {"bytes", std::size_t{7}},
                                        {"warm_ms", 12.5},
                                        {"cold", false}});
  REQUIRE(captured.lines.size() == 1);
  const auto json = nlohmann::json::parse(captured.lines[0]);
  CHECK(json["severity"] == "INFO");
  CHECK(json["service"] == "qa-service");
  CHECK(json["event"] == "model_loaded");
  CHECK(json["model"] == "starter/1");
  CHECK(json["rows"] == 42);
  CHECK(json["bytes"] == 7);
  CHECK(json["warm_ms"] == 12.5);
  CHECK(json["cold"] == false);
  CHECK(json["ts"].get<std::string>().size() == 24);
}

TEST_CASE("whatever a field holds, the line stays one valid JSON object") {
  Captured captured;
  captured.logger.Info("odd", {{"text", "a \"quote\"\nand a line end \x01 \xff {} %s"},
                               {"number", std::numeric_limits<double>::infinity()},
                               {"tiny", 1e-300},
                               {"largest", std::numeric_limits<std::uint64_t>::max()},
                               {"least", std::numeric_limits<std::int64_t>::min()},
                               {"name \"odd\"", "退货"}});
  REQUIRE(captured.lines.size() == 1);
  CHECK(captured.lines[0].find('\n') == std::string::npos);
  const auto json = nlohmann::json::parse(captured.lines[0]);
  CHECK(json["text"].get<std::string>().find("a \"quote\"\nand") == 0);
  CHECK(json["text"].get<std::string>().find("\xef\xbf\xbd") != std::string::npos);
  CHECK(json["number"].is_null());
  CHECK(json["tiny"] == 1e-300);
  CHECK(json["largest"] == std::numeric_limits<std::uint64_t>::max());
  CHECK(json["least"] == std::numeric_limits<std::int64_t>::min());
  CHECK(json["name \"odd\""] == "退货");
}

TEST_CASE("lines below the severity are dropped") {
  Captured captured(Severity::kWarning);
  captured.logger.Debug("a");
  captured.logger.Info("b");
  captured.logger.Warning("c");
  captured.logger.Error("d");
  CHECK(captured.lines.size() == 2);
  captured.logger.SetSeverity(Severity::kOff);
  captured.logger.Error("e");
  CHECK(captured.lines.size() == 2);
}

TEST_CASE("severities are read by name") {
  CHECK(*ParseSeverity("debug") == Severity::kDebug);
  CHECK(*ParseSeverity("off") == Severity::kOff);
  CHECK_FALSE(ParseSeverity("loud").ok());
}

}  // namespace
}  // namespace clientele::telemetry

#include "common/process/readiness.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

namespace clientele::process {
namespace {

struct Watched {
  absl::Status state;
  std::vector<bool> health;
  std::vector<std::string> lines;
  telemetry::Logger log{"test", telemetry::Severity::kInfo,
                        [this](absl::string_view line) { lines.emplace_back(line); }};
  Readiness readiness{[this] { return state; }, [this](bool serving) { health.push_back(serving); },
                      &log};

  bool Check(absl::Status next) {
    state = std::move(next);
    readiness.RunOnce();
    return health.back();
  }
};

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("health follows the check both ways") {
  Watched watched;
  CHECK_FALSE(watched.Check(absl::UnavailableError("no model")));
  CHECK(watched.Check(absl::OkStatus()));
  CHECK_FALSE(watched.Check(absl::UnavailableError("no database")));
  CHECK(watched.Check(absl::OkStatus()));
}

TEST_CASE("each change is one log line") {
  Watched watched;
  for (int i = 0; i < 3; ++i) watched.Check(absl::UnavailableError("no model"));
  for (int i = 0; i < 3; ++i) watched.Check(absl::UnavailableError("no database"));
  for (int i = 0; i < 3; ++i) watched.Check(absl::OkStatus());
  REQUIRE(watched.lines.size() == 3);
  CHECK(Contains(watched.lines[0], "\"event\":\"not_ready\""));
  CHECK(Contains(watched.lines[0], "no model"));
  CHECK(Contains(watched.lines[1], "no database"));
  CHECK(Contains(watched.lines[2], "\"event\":\"ready\""));
}

TEST_CASE("a busy backend leaves a ready service ready") {
  Watched watched;
  watched.Check(absl::OkStatus());
  CHECK(watched.Check(absl::ResourceExhaustedError("all connections are in use")));
  CHECK(watched.Check(absl::DeadlineExceededError("no answer in time")));
  CHECK(watched.lines.size() == 1);
}

TEST_CASE("a busy backend does not make a service ready") {
  Watched watched;
  CHECK_FALSE(watched.Check(absl::ResourceExhaustedError("all connections are in use")));
  CHECK_FALSE(watched.Check(absl::DeadlineExceededError("no answer in time")));
}

}  // namespace
}  // namespace clientele::process

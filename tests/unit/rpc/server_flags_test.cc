#include "common/rpc/server_flags.h"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/flags/secret.h"

namespace clientele::rpc {
namespace {

using flags::AddFlag;
using flags::ParseFlags;
using flags::ReadSecret;
using flags::RunMain;

class Environment {
 public:
  Environment(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~Environment() { unsetenv(name_); }

 private:
  const char* name_;
};

// What main.cc does, and what it prints on stderr.
struct Parsed {
  ServerHost::Options host;
  std::string model_dir = "models";
  bool migrate = false;
  absl::Duration refresh = absl::Seconds(5);
  std::optional<int> exit_code;
  std::string errors;

  explicit Parsed(std::vector<std::string> arguments) {
    CLI::App app("A test", "test-service");
    AddServerFlags(app, host);
    AddFlag(app, "model_dir", model_dir, "Models");
    AddFlag(app, "migrate_and_exit", migrate, "Migrate");
    AddFlag(app, "refresh", refresh, "Refresh");
    arguments.insert(arguments.begin(), "test-service");
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    std::ostringstream captured;
    std::streambuf* const before = std::cerr.rdbuf(captured.rdbuf());
    exit_code = ParseFlags(app, static_cast<int>(argv.size()), argv.data());
    std::cerr.rdbuf(before);
    errors = captured.str();
  }
};

TEST_CASE("without flags the defaults stand") {
  const Parsed parsed({});
  CHECK_FALSE(parsed.exit_code);
  CHECK(parsed.host.address == "127.0.0.1");
  CHECK_FALSE(parsed.host.metrics_port);
  CHECK(parsed.host.max_unary_time == absl::Seconds(30));
}

TEST_CASE("flags are read") {
  const Parsed parsed({"--port", "50052", "--metrics_port=-1", "--worker_threads=3",
                       "--max_unary_time=1500ms", "--allow_anonymous", "--model_dir", "/m",
                       "--migrate_and_exit", "--refresh=2m"});
  CAPTURE(parsed.errors);
  REQUIRE_FALSE(parsed.exit_code);
  CHECK(parsed.host.port == 50052);
  CHECK(parsed.host.metrics_port == -1);
  CHECK(parsed.host.worker_threads == 3);
  CHECK(parsed.host.max_unary_time == absl::Milliseconds(1500));
  CHECK(parsed.host.allow_anonymous);
  CHECK(parsed.model_dir == "/m");
  CHECK(parsed.migrate);
  CHECK(parsed.refresh == absl::Minutes(2));
}

TEST_CASE("every flag has an environment variable, and the flag wins") {
  const Environment port("CLIENTELE_PORT", "50053");
  const Environment model_dir("CLIENTELE_MODEL_DIR", "/from-env");
  const Environment migrate("CLIENTELE_MIGRATE_AND_EXIT", "true");
  const Environment drain("CLIENTELE_DRAIN_TIMEOUT", "3s");
  const Environment metrics("CLIENTELE_METRICS_PORT", "0");
  const Parsed parsed({"--model_dir", "/from-flag"});
  CAPTURE(parsed.errors);
  REQUIRE_FALSE(parsed.exit_code);
  CHECK(parsed.host.port == 50053);
  CHECK(parsed.model_dir == "/from-flag");
  CHECK(parsed.migrate);
  CHECK(parsed.host.drain_timeout == absl::Seconds(3));
  CHECK(parsed.host.metrics_port == 0);
}

TEST_CASE("unknown flags and impossible values are one line and exit code 2") {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"--no_such_flag"},
                                             {"--port", "70000"},
                                             {"--port", "many"},
                                             {"--worker_threads=0"},
                                             {"--max_unary_time=soon"},
                                             {"--drain_timeout=-1s"},
                                             {"--log_severity=loud"},
                                             {"stray"}}) {
    const Parsed parsed(arguments);
    CAPTURE(arguments, parsed.errors);
    REQUIRE(parsed.exit_code);
    CHECK(*parsed.exit_code == 2);
    CHECK(absl::StartsWith(parsed.errors, "test-service: "));
    CHECK(std::count(parsed.errors.begin(), parsed.errors.end(), '\n') == 1);
  }
  const Environment port("CLIENTELE_PORT", "many");
  const Parsed parsed({});
  CHECK(parsed.exit_code == 2);
}

TEST_CASE("a secret comes from a file or the environment") {
  const std::string path = absl::StrCat("/tmp/clientele-secret-", getpid());
  std::ofstream(path) << "from-file\r\n";
  const Environment variable("CLIENTELE_TEST_SECRET", "from-env");
  CHECK(*ReadSecret("CLIENTELE_TEST_SECRET", path) == "from-file");
  CHECK(*ReadSecret("CLIENTELE_TEST_SECRET", "") == "from-env");
  CHECK(absl::IsNotFound(ReadSecret("CLIENTELE_NO_SECRET", "").status()));
  CHECK(absl::IsFailedPrecondition(ReadSecret("CLIENTELE_TEST_SECRET", "/no/such").status()));
  std::ofstream(path) << "\n";
  CHECK(absl::IsFailedPrecondition(ReadSecret("CLIENTELE_TEST_SECRET", path).status()));
  std::remove(path.c_str());
}

TEST_CASE("an error of main is one line and an exit code") {
  std::ostringstream captured;
  std::streambuf* const before = std::cerr.rdbuf(captured.rdbuf());
  const int ok = RunMain("x-service", [] { return absl::OkStatus(); });
  const int failed = RunMain("x-service", [] { return absl::UnavailableError("a\nb"); });
  const int usage = RunMain("x-service", [] { return absl::InvalidArgumentError("c"); });
  std::cerr.rdbuf(before);
  CHECK(ok == 0);
  CHECK(failed == 1);
  CHECK(usage == 2);
  CHECK(captured.str() == "x-service: a; b\nx-service: c\n");
}

}  // namespace
}  // namespace clientele::rpc

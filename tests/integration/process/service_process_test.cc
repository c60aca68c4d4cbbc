#include "common/process/service_process.h"

#include <atomic>
#include <future>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

namespace clientele::process {
namespace {

// What happened, in order, from any thread.
class Record {
 public:
  void Add(std::string what) {
    std::lock_guard lock(mutex_);
    lines_.push_back(std::move(what));
  }
  std::vector<std::string> lines() const {
    std::lock_guard lock(mutex_);
    return lines_;
  }
  // How many lines hold all of `parts`.
  int Count(const std::vector<std::string>& parts) const {
    int count = 0;
    for (const std::string& line : lines()) {
      bool all = true;
      for (const std::string& part : parts) all = all && line.find(part) != std::string::npos;
      count += all ? 1 : 0;
    }
    return count;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

struct Running {
  Record log_lines;
  telemetry::Logger logger{"test", telemetry::Severity::kInfo,
                           [this](absl::string_view line) { log_lines.Add(std::string(line)); }};
  std::unique_ptr<ServiceProcess> process;

  Running() {
    rpc::ServerHost::Options host;
    host.service_name = "test-service";
    host.metrics_port = -1;
    host.logger = &logger;
    auto created = ServiceProcess::Create(host);
    REQUIRE(created.ok());
    process = *std::move(created);
  }
};

TEST_CASE("a process without a readiness check serves from its start on") {
  Running running;
  CHECK_FALSE(running.process->serving());
  REQUIRE(running.process->Start().ok());
  CHECK(running.process->serving());
  running.process->Stop();
  CHECK_FALSE(running.process->serving());
}

TEST_CASE("health follows the readiness check, which waits for the schema") {
  Running running;
  std::promise<void> checked;
  std::atomic<int> checks = 0;
  running.process->ReadyWhen(
      {.interval = absl::Hours(1), .check = [&](const RequestContext& context) {
         CHECK(context.caller == "test-service");
         if (++checks == 1) checked.set_value();
         return absl::UnavailableError("no model");
       }});
  REQUIRE(running.process->Start().ok());
  checked.get_future().wait();
  CHECK_FALSE(running.process->serving());
  running.process->Stop();
  CHECK(running.log_lines.Count({"\"not_ready\"", "no model"}) == 1);
}

TEST_CASE("a repeated task runs at the start, and again at once when it is woken") {
  Running running;
  std::promise<void> first, second;
  std::atomic<int> runs = 0;
  RepeatedTask* const task = running.process->Repeat("work", absl::Hours(1), [&](const auto&) {
    const int run = ++runs;
    if (run == 1) first.set_value();
    if (run == 2) second.set_value();
    return absl::OkStatus();
  });
  task->Wake();  // before the start: nothing
  CHECK(runs == 0);
  REQUIRE(running.process->Start().ok());
  first.get_future().wait();
  task->Wake();
  second.get_future().wait();
  running.process->Stop();
  CHECK(runs == 2);
}

TEST_CASE("what a repeated task ends with is logged once for each change") {
  Running running;
  std::promise<void> fourth;
  std::atomic<int> runs = 0;
  RepeatedTask* task = nullptr;
  task = running.process->Repeat("work", absl::Hours(1), [&](const auto&) {
    const int run = ++runs;
    if (run < 4) task->Wake();
    if (run == 4) fourth.set_value();
    return run <= 2 ? absl::UnavailableError("no database") : absl::OkStatus();
  });
  REQUIRE(running.process->Start().ok());
  fourth.get_future().wait();
  running.process->Stop();
  CHECK(running.log_lines.Count({"\"event\":\"work\"", "\"waiting\"", "no database"}) == 1);
  CHECK(running.log_lines.Count({"\"event\":\"work\"", "\"ok\""}) == 1);
}

TEST_CASE("a stopping process drains first, then cancels its own work, then undoes its parts") {
  Running running;
  Record order;
  std::promise<void> started;
  running.process->Repeat("work", absl::Hours(1), [&](const RequestContext& context) {
    started.set_value();
    context.cancellation.WaitFor(absl::InfiniteDuration());
    order.Add(running.process->serving() ? "cancelled while serving" : "cancelled");
    return absl::OkStatus();
  });
  running.process->OnStop([&] { order.Add("first part"); });
  running.process->OnStop([&] { order.Add("second part"); });
  REQUIRE(running.process->Start().ok());
  started.get_future().wait();
  running.process->Stop();
  running.process->Stop();  // idempotent
  const std::vector<std::string> lines = order.lines();
  REQUIRE(lines.size() == 3);
  CHECK(order.Count({"cancelled while serving"}) == 0);
  CHECK(order.Count({"cancelled"}) == 1);
  std::vector<std::string> parts;
  for (const std::string& line : lines) {
    if (line != "cancelled") parts.push_back(line);
  }
  CHECK(parts == std::vector<std::string>{"second part", "first part"});
}

TEST_CASE("metrics that a process keeps are gone when it has stopped") {
  Running running;
  auto handle = std::make_shared<int>(1);
  const std::weak_ptr<int> watched = handle;
  running.process->Keep({std::move(handle)});
  REQUIRE(running.process->Start().ok());
  CHECK_FALSE(watched.expired());
  running.process->Stop();
  CHECK(watched.expired());
}

}  // namespace
}  // namespace clientele::process

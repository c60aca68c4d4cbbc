// What the gateway costs a call that it forwards, and what our server adds to gRPC's own, with 64
// callers at once. Calls that are compared run in turns.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <grpcpp/client_context.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <unistd.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clientele/profile/v1/profile_service.grpc.pb.h"

#include "common/rpc/channel.h"
#include "common/rpc/credentials.h"
#include "tests/bench/growth_gateway/freshness.h"
#include "tests/bench/models/benchmark.h"
#include "tests/bench/models/measure.h"
#include "tests/support/process.h"
#include "tests/support/suite.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_database.h"

namespace clientele {
namespace {

using Clock = std::chrono::steady_clock;
using Profiles = profile::v1::ProfileService;
using testing::Suite;
using testing::TestDatabase;

constexpr int kCallers = 64;
constexpr int kCallersOfAChannel = 8;
constexpr int kRounds = 9;
constexpr std::chrono::milliseconds kRound(700);

// Answers in the thread that has read the request.
class BareService final : public Profiles::CallbackService {
  grpc::ServerUnaryReactor* GetCustomer(grpc::CallbackServerContext* context,
                                        const profile::v1::GetCustomerRequest*,
                                        profile::v1::Customer*) override {
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "name: must be customers/{}"));
    return reactor;
  }
};

void ServeBare(int port) {
  BareService service;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(absl::StrCat("127.0.0.1:", port), rpc::MakeServerCredentials());
  builder.RegisterService(&service);
  builder.BuildAndStart()->Wait();
}

// Callers of one address who call again as soon as they are answered.
class Callers {
 public:
  Callers(const std::string& address, const std::string& customer) {
    request_.set_name(customer);
    for (int i = 0; i < kCallers / kCallersOfAChannel; ++i) {
      stubs_.push_back(Profiles::NewStub(rpc::MakeChannel({.target = address})));
    }
  }

  // Calls for a while; how many were answered in a second.
  double Rate() {
    stop_ = false;
    answered_ = 0;
    const auto start = Clock::now();
    running_ = kCallers;
    for (int i = 0; i < kCallers; ++i)
      CallAgain(*stubs_[static_cast<std::size_t>(i) % stubs_.size()]);
    std::this_thread::sleep_for(kRound);
    const double rate = static_cast<double>(answered_) /
                        std::chrono::duration<double>(Clock::now() - start).count();
    stop_ = true;
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return running_ == 0; });
    return rate;
  }
  std::int64_t answered() const { return answered_; }

 private:
  struct Call {
    grpc::ClientContext context;
    profile::v1::Customer response;
  };

  void CallAgain(Profiles::Stub& stub) {
    auto* const call = new Call;
    call->context.set_wait_for_ready(true);
    stub.async()->GetCustomer(
        &call->context, &request_, &call->response,
        [this, call, &stub](const grpc::Status& status) {
          delete call;
          const auto code = status.error_code();
          if (code != grpc::StatusCode::OK && code != grpc::StatusCode::INVALID_ARGUMENT) {
            std::fprintf(stderr, "%s\n", status.error_message().c_str());
          }
          ++answered_;
          if (!stop_) return CallAgain(stub);
          std::lock_guard lock(mutex_);
          if (--running_ == 0) ended_.notify_all();
        });
  }

  profile::v1::GetCustomerRequest request_;
  std::vector<std::unique_ptr<Profiles::Stub>> stubs_;
  std::atomic<bool> stop_ = false;
  std::atomic<std::int64_t> answered_ = 0;
  std::mutex mutex_;
  std::condition_variable ended_;
  int running_ = 0;
};

// Processor time of a process so far, in seconds.
double CpuSeconds(pid_t pid) {
  std::ifstream file(absl::StrCat("/proc/", pid, "/stat"));
  std::string word;
  double ticks = 0;
  for (int i = 1; i <= 15 && file >> word; ++i) {
    double value = 0;
    if (i >= 14 && absl::SimpleAtod(word, &value)) ticks += value;
  }
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

void Print(const std::string& bench, double value, const char* unit, const std::string& vs,
           double ratio, const char* target) {
  bench::Print({.bench = absl::StrCat("growth_gateway.", bench),
                .value = value,
                .unit = unit,
                .vs = vs,
                .ratio = ratio,
                .target = target});
}

struct Compared {
  double rate = 0;
  double other_rate = 0;
  // Of rounds that followed each other.
  double ratio = 0;
};

Compared InTurns(Callers& callers, Callers& other) {
  std::vector<double> rates, other_rates, ratios;
  callers.Rate();
  other.Rate();
  for (int i = 0; i < kRounds; ++i) {
    rates.push_back(callers.Rate());
    other_rates.push_back(other.Rate());
    ratios.push_back(rates.back() / other_rates.back());
  }
  return {bench::Median(rates), bench::Median(other_rates), bench::Median(ratios)};
}

void Run() {
  const testing::CommandResult prepared =
      testing::RunCommand(absl::StrSplit(CLIENTELE_PREPARE, ' '));
  if (prepared.exit_code != 0) throw std::runtime_error(prepared.output);
  const TestDatabase database = Suite::Database();
  Suite suite(database.conninfo());
  const testing::TemporaryFolder folder;
  const int bare_port = testing::FreePort();
  const testing::Process bare({"/proc/self/exe", "--bare", std::to_string(bare_port)}, {},
                              (folder.path() / "bare.log").string());

  const auto stub = Profiles::NewStub(suite.gateway());
  grpc::ClientContext context;
  profile::v1::CreateCustomerRequest create;
  create.set_customer_id("c1");
  profile::v1::Customer customer;
  bench::Require(stub->CreateCustomer(&context, create, &customer));

  MeasureFreshness(suite, "customers/c1");

  const std::string gateway = suite.address("gateway-service");
  const std::string profiles = suite.address("profile-service");
  Callers direct_reads(profiles, "customers/c1");
  Callers forwarded_reads(gateway, "customers/c1");
  const Compared reads = InTurns(forwarded_reads, direct_reads);
  Print("get_customer", reads.rate, "calls/s", "direct", reads.ratio, ">= 0.8");

  Callers direct_refusals(profiles, "no-name");
  Callers forwarded_refusals(gateway, "no-name");
  const Compared refusals = InTurns(forwarded_refusals, direct_refusals);
  Print("only_validates", refusals.rate, "calls/s", "direct", refusals.ratio, ">= 0.6");

  const pid_t pid = suite.pid("gateway-service");
  const double before = CpuSeconds(pid);
  std::int64_t answered = 0;
  for (int i = 0; i < kRounds; ++i) {
    forwarded_refusals.Rate();
    answered += forwarded_refusals.answered();
  }
  const double micros = 1e6 * (CpuSeconds(pid) - before) / static_cast<double>(answered);
  Print("processor_time_of_a_call", micros, "us", "55 us", micros / 55, "<= 1");

  Callers bare_refusals(absl::StrCat("127.0.0.1:", bare_port), "no-name");
  const Compared server = InTurns(direct_refusals, bare_refusals);
  Print("server_that_only_validates", server.rate, "calls/s", "bare callback server", server.ratio,
        ">= 0.75");
}

}  // namespace
}  // namespace clientele

int main(int argc, char** argv) {
  int port = 0;
  if (argc == 3 && std::string(argv[1]) == "--bare" && absl::SimpleAtoi(argv[2], &port)) {
    clientele::ServeBare(port);
    return 0;
  }
  return clientele::bench::RunBenchmark("growth_gateway", clientele::Run);
}

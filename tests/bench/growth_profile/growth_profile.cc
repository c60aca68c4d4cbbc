// What grows with a customer's history at profile-service, and what a heavy method costs the rest.
// One caller unless a line says otherwise; times.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <grpcpp/client_context.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clientele/gateway/v1/gateway_service.grpc.pb.h"
#include "clientele/profile/v1/profile_service.grpc.pb.h"
#include "clientele/recommend/v1/recommend_service.grpc.pb.h"

#include "tests/bench/growth_profile/history.h"
#include "tests/bench/models/benchmark.h"
#include "tests/bench/models/measure.h"
#include "tests/support/process.h"
#include "tests/support/suite.h"
#include "tests/support/test_database.h"

namespace clientele {
namespace {

using Clock = std::chrono::steady_clock;
using Profiles = profile::v1::ProfileService;
using Recommendations = recommend::v1::RecommendService;
using testing::Suite;
using testing::TestDatabase;

constexpr int kSizes[] = {10, 1'000, 100'000};
constexpr int kHeavyCallers = 16;

void Print(const std::string& bench, double value, const char* unit, const std::string& vs,
           double ratio, const char* target = "") {
  bench::Print({.bench = absl::StrCat("growth_profile.", bench),
                .value = value,
                .unit = unit,
                .vs = vs,
                .ratio = ratio,
                .target = target});
}

template <class Stub, class Request, class Response>
void Call(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
          const Request& request, Response* response) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
  const grpc::Status status = (stub.*method)(&context, request, response);
  bench::Require(status);
}

// What a quarter of the calls of each body does not exceed; they run in turns. Other work on the
// machine disturbs these the least.
std::vector<double> QuartileMilliseconds(const bench::Bodies& bodies, int rounds) {
  std::vector<double> quartiles;
  for (auto& seconds : bench::InTurns(bench::Time::kWall, rounds, bodies)) {
    quartiles.push_back(1000 * bench::Quantile(std::move(seconds), 0.25));
  }
  return quartiles;
}

profile::v1::Profile GetProfile(Profiles::Stub& stub, const std::string& customer) {
  profile::v1::GetProfileRequest request;
  request.set_name(customer + "/profile");
  profile::v1::Profile response;
  Call(stub, &Profiles::Stub::GetProfile, request, &response);
  return response;
}

void GetCustomer(Profiles::Stub& stub, const std::string& customer) {
  profile::v1::GetCustomerRequest request;
  request.set_name(customer);
  profile::v1::Customer response;
  Call(stub, &Profiles::Stub::GetCustomer, request, &response);
}

void ListEvents(Profiles::Stub& stub, const std::string& customer, int page_size) {
  profile::v1::ListEventsRequest request;
  request.set_parent(customer);
  request.set_page_size(page_size);
  profile::v1::ListEventsResponse response;
  Call(stub, &Profiles::Stub::ListEvents, request, &response);
}

// One line a size, against the smallest one.
void Growth(const std::string& bench, const char* target, Profiles::Stub& stub, int rounds,
            const std::function<void(Profiles::Stub&, const std::string&)>& read) {
  bench::Bodies bodies;
  for (const int size : kSizes) {
    bodies.push_back(
        [&read, &stub, customer = bench::CustomerWith(size)] { read(stub, customer); });
  }
  QuartileMilliseconds(bodies, rounds / 10);
  const std::vector<double> times = QuartileMilliseconds(bodies, rounds);
  for (std::size_t i = 0; i < times.size(); ++i) {
    Print(absl::StrCat(bench, ".", kSizes[i], "_events"), times[i], "ms",
          absl::StrCat(kSizes[0], "_events"), times[i] / times[0], target);
  }
}

double CallsPerSecond(const std::function<void()>& call, std::chrono::seconds duration) {
  const Clock::time_point start = Clock::now();
  int calls = 0;
  for (; Clock::now() - start < duration; ++calls) call();
  return calls / std::chrono::duration<double>(Clock::now() - start).count();
}

// One caller's GetCustomer, alone and beside many callers of something heavy.
void Share(const std::string& bench, const Suite& suite,
           const std::function<void(Profiles::Stub&)>& heavy) {
  const auto stub = Profiles::NewStub(suite.channel("profile-service"));
  const auto light = [&] { GetCustomer(*stub, bench::CustomerWith(10)); };
  constexpr std::chrono::seconds kDuration(4);
  CallsPerSecond(light, std::chrono::seconds(1));
  const double alone = CallsPerSecond(light, kDuration);
  std::atomic<bool> stop = false;
  std::atomic<int> heavy_calls = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < kHeavyCallers; ++i) {
    callers.emplace_back([&] {
      const auto own = Profiles::NewStub(suite.channel("profile-service"));
      while (!stop) {
        heavy(*own);
        ++heavy_calls;
      }
    });
  }
  CallsPerSecond(light, std::chrono::seconds(1));
  const int before = heavy_calls;
  const double beside = CallsPerSecond(light, kDuration);
  const double heavy_rate = (heavy_calls - before) / static_cast<double>(kDuration.count());
  stop = true;
  for (std::thread& caller : callers) caller.join();
  Print(absl::StrCat("get_customer_beside_", kHeavyCallers, "_", bench), beside, "calls/s", "alone",
        beside / alone, ">= 0.5");
  Print(absl::StrCat(bench, "_of_", kHeavyCallers, "_callers"), heavy_rate, "calls/s",
        "get_customer_alone", heavy_rate / alone);
}

void Customer360(const Suite& suite) {
  const auto profiles = Profiles::NewStub(suite.gateway());
  const auto recommendations = Recommendations::NewStub(suite.gateway());
  const auto gateway = gateway::v1::GatewayService::NewStub(suite.gateway());
  const std::string customer = bench::CustomerWith(1'000);
  const std::vector<double> times = QuartileMilliseconds(
      {[&] { GetCustomer(*profiles, customer); }, [&] { GetProfile(*profiles, customer); },
       [&] { ListEvents(*profiles, customer, 10); },
       [&] {
         recommend::v1::RecommendRequest request;
         request.set_customer(customer);
         request.set_max_results(5);
         recommend::v1::RecommendResponse response;
         Call(*recommendations, &Recommendations::Stub::Recommend, request, &response);
       },
       [&] {
         gateway::v1::GetCustomer360Request request;
         request.set_customer(customer);
         request.set_max_events(10);
         gateway::v1::GetCustomer360Response response;
         Call(*gateway, &gateway::v1::GatewayService::Stub::GetCustomer360, request, &response);
       }},
      1000);
  const double slowest = *std::max_element(times.begin(), times.end() - 1);
  Print("customer360", times.back(), "ms", "slowest_section", times.back() / slowest, "<= 1.5");
}

void Run() {
  const testing::CommandResult prepared =
      testing::RunCommand(absl::StrSplit(CLIENTELE_PREPARE, ' '));
  if (prepared.exit_code != 0) throw std::runtime_error(prepared.output);
  const TestDatabase database = Suite::Database();
  const Suite suite(database.conninfo());
  const auto stub = Profiles::NewStub(suite.channel("profile-service"));
  for (const int size : kSizes) bench::InsertHistory(*stub, size);
  for (const int size : kSizes) {
    while (GetProfile(*stub, bench::CustomerWith(size)).pending_text_count() > 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
  Growth("get_profile", "<= 1.5", *stub, 1000,
         [](Profiles::Stub& s, const std::string& customer) { GetProfile(s, customer); });
  Growth("list_events", "<= 1.1", *stub, 2000,
         [](Profiles::Stub& s, const std::string& customer) { ListEvents(s, customer, 10); });
  Share("get_profile", suite,
        [](Profiles::Stub& s) { GetProfile(s, bench::CustomerWith(100'000)); });
  Customer360(suite);
}

}  // namespace
}  // namespace clientele

int main() { return clientele::bench::RunBenchmark("growth_profile", clientele::Run); }

#include "tests/bench/growth_recommend/callers_speed.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include <grpcpp/grpcpp.h>

#include "absl/strings/str_cat.h"

#include "common/idempotency/ledger.h"
#include "common/rpc/channel.h"
#include "services/recommend-service/domain.h"
#include "services/recommend-service/resources.h"
#include "services/recommend-service/store/migrations.h"
#include "tests/bench/growth_recommend/shop.h"
#include "tests/bench/models/benchmark.h"
#include "tests/bench/models/measure.h"

namespace clientele::recommend {
namespace {

constexpr int kItems = 100'000;
constexpr int kCallers = 64;
constexpr int kCallersOfAChannel = 16;
constexpr int kCustomers = 200;
constexpr int kRounds = 7;
constexpr auto kRound = std::chrono::seconds(3);

std::string CustomerOf(int i) { return absl::StrCat("c", i % kCustomers); }

// How often all callers together were answered in a second. `call` is given numbers that no two
// calls share, and is called by kCallers threads.
double Rate(const std::function<void(int caller, int number)>& call) {
  std::atomic<bool> stop = false;
  std::atomic<int> next = 0;
  std::vector<std::thread> callers;
  const double start = bench::Seconds(bench::Time::kWall);
  for (int caller = 0; caller < kCallers; ++caller) {
    callers.emplace_back([&, caller] {
      while (!stop) call(caller, next++);
    });
  }
  std::this_thread::sleep_for(kRound);
  stop = true;
  for (std::thread& caller : callers) caller.join();
  return next / (bench::Seconds(bench::Time::kWall) - start);
}

}  // namespace

void MeasureCallers() {
  Shop shop;
  shop.ImportItems(kItems);
  for (int i = 0; i < kCustomers; ++i) shop.Buy(CustomerOf(i), 30);
  shop.Train();

  const Resources resources = bench::Require(Resources::Open(shop.options()));
  const Ledger ledger(kSchema, nullptr, SystemClock::Get());
  Stores stores(&resources.process->database(), &ledger, nullptr, SystemClock::Get());
  Domain domain(&stores, resources.trainer->models(), resources.trainer->archive(),
                SystemClock::Get(), {}, resources.trainer->consent(), false, {}, {});
  bench::Require(domain.catalog.Refresh({}));
  Await([&] { return resources.trainer->models()->Current() != nullptr; });
  const auto in_process = [&](int, int number) {
    bench::Require(domain.recommender.Recommend({}, {.customer_id = CustomerOf(number)}).status());
  };

  std::vector<std::unique_ptr<v1::RecommendService::Stub>> stubs;
  for (int i = 0; i < kCallers / kCallersOfAChannel; ++i) {
    stubs.push_back(v1::RecommendService::NewStub(rpc::MakeChannel({.target = shop.target()})));
  }
  const auto through_grpc = [&](int caller, int number) {
    v1::RecommendRequest request;
    request.set_customer("customers/" + CustomerOf(number));
    grpc::ClientContext context;
    v1::RecommendResponse response;
    bench::Require(stubs[static_cast<std::size_t>(caller) % stubs.size()]->Recommend(
        &context, request, &response));
  };

  std::vector<double> rates, others, ratios;
  Rate(in_process);
  Rate(through_grpc);
  for (int round = 0; round < kRounds; ++round) {
    others.push_back(Rate(in_process));
    rates.push_back(Rate(through_grpc));
    ratios.push_back(rates.back() / others.back());
  }
  bench::Print({.bench = "growth.recommend.64_callers",
                .value = bench::Median(rates),
                .unit = "calls/s",
                .vs = absl::StrCat("in process: ", bench::Median(others), " calls/s"),
                .ratio = bench::Median(ratios),
                .target = ">= 0.8"});
}

}  // namespace clientele::recommend

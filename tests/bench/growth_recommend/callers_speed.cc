#include "tests/bench/growth_recommend/callers_speed.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <grpcpp/grpcpp.h>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

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
constexpr int kTraced = 50;
constexpr auto kRound = std::chrono::seconds(3);

std::string CustomerOf(int i) { return absl::StrCat("c", i % kCustomers); }

// `call` is given numbers that no two calls share.
using Call = std::function<void(int caller, int number)>;

// How often all callers together were answered in a second, each on a thread of its own.
double Rate(int count, const Call& call) {
  std::atomic<bool> stop = false;
  std::atomic<int> next = 0;
  std::vector<std::thread> callers;
  const double start = bench::Seconds(bench::Time::kWall);
  for (int caller = 0; caller < count; ++caller) {
    callers.emplace_back([&, caller] {
      while (!stop) call(caller, next++);
    });
  }
  std::this_thread::sleep_for(kRound);
  stop = true;
  for (std::thread& caller : callers) caller.join();
  return next / (bench::Seconds(bench::Time::kWall) - start);
}

// A service through gRPC, and the same objects over the same database in this process.
class TwoWays {
 public:
  explicit TwoWays(const Shop& shop)
      : resources_(bench::Require(Resources::Open(shop.options()))),
        ledger_(kSchema, nullptr, SystemClock::Get()),
        stores_(&resources_.process->database(), &ledger_, nullptr, SystemClock::Get()),
        domain_(&stores_, resources_.trainer->models(), resources_.trainer->archive(),
                SystemClock::Get(), {}, resources_.trainer->consent(), false,
                {.ranker = resources_.trainer->ranker()}, {}) {
    bench::Require(domain_.catalog.Refresh({}));
    Await([&] { return resources_.trainer->models()->Current() != nullptr; });
    domain_.recommender.RefreshContent({});
    for (int i = 0; i < kCallers / kCallersOfAChannel; ++i) {
      stubs_.push_back(v1::RecommendService::NewStub(rpc::MakeChannel({.target = shop.target()})));
    }
  }

  bool has_ranker() { return resources_.trainer->ranker()->stands(); }
  RecommendationList InProcess(int number) {
    return bench::Require(domain_.recommender.Recommend(
        {}, {.customer_id = CustomerOf(number), .wants_trace = true}));
  }
  // Rates of calls by so many callers, in turns.
  void Compare(const std::string& name, int callers) {
    const Call in_process = [&](int, int number) { InProcess(number); };
    const Call through_grpc = [&](int caller, int number) {
      v1::RecommendRequest request;
      request.set_customer("customers/" + CustomerOf(number));
      grpc::ClientContext context;
      v1::RecommendResponse response;
      bench::Require(stubs_[static_cast<std::size_t>(caller) % stubs_.size()]->Recommend(
          &context, request, &response));
    };
    std::vector<double> rates, others, ratios;
    Rate(callers, in_process);
    Rate(callers, through_grpc);
    for (int round = 0; round < kRounds; ++round) {
      others.push_back(Rate(callers, in_process));
      rates.push_back(Rate(callers, through_grpc));
      ratios.push_back(rates.back() / others.back());
    }
    bench::Print({.bench = absl::StrCat("growth.recommend.", name),
                  .value = bench::Median(rates),
                  .unit = "calls/s",
                  .vs = absl::StrCat("in process: ", bench::Median(others), " calls/s"),
                  .ratio = bench::Median(ratios),
                  .target = callers > 1 ? ">= 0.8" : ""});
  }

 private:
  const Resources resources_;
  const Ledger ledger_;
  Stores stores_;
  Domain domain_;
  std::vector<std::unique_ptr<v1::RecommendService::Stub>> stubs_;
};

}  // namespace

void MeasureCallers() {
  Shop shop;
  shop.ImportItems(kItems);
  for (int i = 0; i < kCustomers; ++i) shop.Buy(CustomerOf(i), 30);
  shop.Train();
  TwoWays(shop).Compare("64_callers", kCallers);
}

void MeasureHybrid() {
  Shop shop;
  shop.ImportItems(kItems);
  for (int i = 0; i < kCustomers; ++i) shop.Buy(CustomerOf(i), 50);
  shop.Train();
  shop.TrainRanker();
  TwoWays two_ways(shop);
  Await([&] { return two_ways.has_ranker(); });
  std::map<std::string, std::vector<double>> stages;
  std::vector<double> whole;
  for (int call = 0; call < kTraced; ++call) {
    const double start = bench::Seconds(bench::Time::kThread);
    const RecommendationList list = two_ways.InProcess(call);
    whole.push_back(bench::Seconds(bench::Time::kThread) - start);
    for (const TraceStage& stage : list.trace) {
      stages[stage.name].push_back(absl::ToDoubleMilliseconds(stage.time));
    }
  }
  std::string parts;
  for (const auto& [stage, milliseconds] : stages) {
    absl::StrAppend(&parts, parts.empty() ? "" : ", ", stage, " ", bench::Median(milliseconds));
  }
  bench::Print({.bench = "growth.recommend.hybrid_in_process",
                .value = 1e3 * bench::Median(whole),
                .unit = "ms",
                .vs = absl::StrCat("milliseconds of its stages: ", parts),
                .ratio = 1});
  two_ways.Compare("hybrid_1_caller", 1);
  two_ways.Compare("hybrid_64_callers", kCallers);
}

}  // namespace clientele::recommend

#include "tests/bench/growth_gateway/freshness.h"

#include <algorithm>
#include <vector>

#include <grpcpp/client_context.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clientele/profile/v1/profile_service.grpc.pb.h"
#include "clientele/recommend/v1/recommend_service.grpc.pb.h"

#include "tests/bench/models/benchmark.h"
#include "tests/bench/models/measure.h"

namespace clientele {
namespace {

using Profiles = profile::v1::ProfileService;
using Recommends = recommend::v1::RecommendService;

constexpr int kItems = 1000;
constexpr int kPurchases = 200;
constexpr absl::Duration kLongestWait = absl::Seconds(20);

void ImportItems(Recommends::Stub& stub) {
  recommend::v1::BatchCreateItemsRequest request;
  for (int i = 0; i < kItems; ++i) {
    recommend::v1::Item& item = *request.add_items();
    item.set_name(absl::StrCat("items/i", i));
    item.set_title(absl::StrCat("Item ", i));
  }
  grpc::ClientContext context;
  recommend::v1::BatchCreateItemsResponse response;
  bench::Require(stub.BatchCreateItems(&context, request, &response));
}

std::vector<std::string> Recommended(Recommends::Stub& stub, const std::string& customer) {
  recommend::v1::RecommendRequest request;
  request.set_customer(customer);
  grpc::ClientContext context;
  recommend::v1::RecommendResponse response;
  bench::Require(stub.Recommend(&context, request, &response));
  std::vector<std::string> items;
  for (const auto& one : response.recommendations()) items.push_back(one.item());
  return items;
}

void Buy(Profiles::Stub& stub, const std::string& customer, const std::string& item, int number) {
  profile::v1::BatchCreateEventsRequest request;
  profile::v1::Event& event = *request.add_events();
  event.set_customer(customer);
  event.set_event_id(absl::StrCat("fresh-", number));
  event.set_type(profile::v1::EVENT_TYPE_PURCHASE);
  event.mutable_event_time()->set_seconds(absl::ToUnixSeconds(absl::Now()));
  event.set_item(item);
  event.set_quantity(1);
  grpc::ClientContext context;
  profile::v1::BatchCreateEventsResponse response;
  bench::Require(stub.BatchCreateEvents(&context, request, &response));
}

}  // namespace

void MeasureFreshness(const testing::Suite& suite, const std::string& customer) {
  const auto profiles = Profiles::NewStub(suite.gateway());
  const auto recommends = Recommends::NewStub(suite.gateway());
  ImportItems(*recommends);
  std::vector<double> milliseconds;
  for (int i = 0; i < kPurchases; ++i) {
    const std::string bought = Recommended(*recommends, customer).at(0);
    const absl::Time start = absl::Now();
    Buy(*profiles, customer, bought, i);
    while (true) {
      const std::vector<std::string> items = Recommended(*recommends, customer);
      if (std::find(items.begin(), items.end(), bought) == items.end()) break;
      if (absl::Now() - start > kLongestWait) {
        bench::Require(absl::DeadlineExceededError("a purchase changes no recommendation"));
      }
    }
    milliseconds.push_back(absl::ToDoubleMilliseconds(absl::Now() - start));
  }
  const double median = bench::Median(milliseconds);
  bench::Print({.bench = "growth_gateway.event_to_recommendation",
                .value = median,
                .unit = "ms",
                .vs = absl::StrCat("the slowest twentieth from ",
                                   bench::Quantile(milliseconds, 0.95), " ms on"),
                .ratio = median / 50,
                .target = "<= 1 of 50 ms"});
}

}  // namespace clientele

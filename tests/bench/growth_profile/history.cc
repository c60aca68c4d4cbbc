#include "tests/bench/growth_profile/history.h"

#include <algorithm>

#include <grpcpp/client_context.h>

#include "absl/strings/str_cat.h"

#include "tests/bench/models/benchmark.h"

namespace clientele::bench {
namespace {

constexpr int kHistoryBatch = 2000;

}  // namespace

std::string CustomerWith(int events) { return absl::StrCat("customers/with-", events); }

profile::v1::Event HistoryEvent(const std::string& customer, int i) {
  profile::v1::Event event;
  event.set_customer(customer);
  event.set_event_id(absl::StrCat("event-", i));
  event.mutable_event_time()->set_seconds(1'700'000'000 + i * 300 % 80'000'000);
  event.set_type(i % 5 == 0 ? profile::v1::EVENT_TYPE_PURCHASE : profile::v1::EVENT_TYPE_VIEW);
  if (i % 20 == 7) {
    event.set_type(profile::v1::EVENT_TYPE_MESSAGE);
    event.set_text(absl::StrCat("Where is my order ", i, "? I would like to return it."));
    return event;
  }
  event.set_item(absl::StrCat("items/i", i * 7919 % 4000));
  event.set_category(absl::StrCat("category ", i % 12));
  event.set_channel(i % 3 == 0 ? "app" : "web");
  event.set_device(i % 2 == 0 ? "ios" : "desktop");
  event.set_quantity(1);
  event.set_amount_micros(1'000'000 + i % 1000 * 10'000);
  event.set_currency_code("GBP");
  return event;
}

void InsertHistory(profile::v1::ProfileService::Stub& stub, int events) {
  const std::string customer = CustomerWith(events);
  profile::v1::CreateCustomerRequest create;
  create.set_customer_id(customer.substr(std::string("customers/").size()));
  profile::v1::Customer created;
  grpc::ClientContext creating;
  Require(stub.CreateCustomer(&creating, create, &created));
  for (int first = 0; first < events; first += kHistoryBatch) {
    profile::v1::BatchCreateEventsRequest request;
    for (int i = first; i < std::min(events, first + kHistoryBatch); ++i) {
      *request.add_events() = HistoryEvent(customer, i);
    }
    profile::v1::BatchCreateEventsResponse response;
    grpc::ClientContext inserting;
    Require(stub.BatchCreateEvents(&inserting, request, &response));
  }
}

}  // namespace clientele::bench

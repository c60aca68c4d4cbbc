#ifndef CLIENTELE_TESTS_CONTRACT_PROFILE_SAMPLES_H_
#define CLIENTELE_TESTS_CONTRACT_PROFILE_SAMPLES_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "common/idempotency/mutation_id.h"
#include "services/profile-service/core/customers/customer.h"
#include "services/profile-service/core/events/event.h"
#include "services/profile-service/core/events/event_store.h"

namespace clientele::profile::testing {

// 2023-11-14T22:13:20Z, a Tuesday; FakeClock's start.
inline const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

inline Customer MakeCustomer(std::string id) {
  Customer customer;
  customer.id = std::move(id);
  customer.display_name = "Ada 王";
  customer.email = "ada@example.com";
  customer.phone = "+441234567890";
  customer.language_code = "en";
  customer.region = "GB";
  customer.attributes = {{"segment", "gold"}};
  customer.create_time = customer.update_time = kNow;
  customer.revision = 1;
  return customer;
}

inline Event MakeEvent(std::string customer_id, std::string event_id,
                       EventType type = EventType::kView) {
  Event event;
  event.customer_id = std::move(customer_id);
  event.event_id = std::move(event_id);
  event.type = type;
  event.event_time = kNow - absl::Hours(1);
  return event;
}

inline EventBatch MakeBatch(std::vector<Event> events, bool skip_unknown_customers = false) {
  EventBatch batch;
  for (std::size_t i = 0; i < events.size(); ++i) batch.indices.push_back(static_cast<int64_t>(i));
  batch.events = std::move(events);
  batch.skip_unknown_customers = skip_unknown_customers;
  return batch;
}

// Not idempotent unless `request_id` is given.
inline MutationId Mutation(std::string request_id = "", std::string body_hash = "body",
                           std::string method = "method") {
  return {.caller = "tester",
          .method = std::move(method),
          .request_id = std::move(request_id),
          .body_hash = std::move(body_hash)};
}

}  // namespace clientele::profile::testing

#endif  // CLIENTELE_TESTS_CONTRACT_PROFILE_SAMPLES_H_

#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CUSTOMERS_CUSTOMER_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CUSTOMERS_CUSTOMER_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace clientele::profile {

// A person or a company that buys. Plain value.
struct Customer {
  std::string id = {};  // 1 to 64 of letters, digits, '.', '_', '-'
  std::string display_name = {};
  std::string email = {};
  std::string phone = {};
  std::string language_code = {};
  std::string region = {};
  std::map<std::string, std::string> attributes = {};
  absl::Time create_time = absl::InfinitePast();
  absl::Time update_time = absl::InfinitePast();
  // 1 when created, one more with every update.
  int64_t revision = 0;
  // Set by merges, which leave the rest as it is.
  std::string survivor_id = {};  // who stands for the person; empty: this customer
  int merged_count = 0;          // customers for whom this one stands

  bool operator==(const Customer&) const = default;
};

// What a caller sends back to refuse lost updates.
std::string EtagOf(const Customer& customer);
// "customers/{id}".
std::string CustomerName(absl::string_view customer_id);

// A partial change of a customer.
struct CustomerUpdate {
  // The new values; `id` says which customer.
  Customer values;
  // Fields to change: display_name, email, phone, language_code, region,
  // attributes, attributes.KEY (an absent key is removed) or "*". Empty: every
  // field that is set in `values`.
  std::vector<std::string> mask;
  // Where set, must be current.
  std::string etag;
};

// `customer` with the update applied; its revision and times are not touched.
// ABORTED (ETAG_MISMATCH) when the etag is stale, INVALID_ARGUMENT when the
// result breaks a limit or the mask names an unknown field.
absl::StatusOr<Customer> Apply(const CustomerUpdate& update, Customer customer);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CUSTOMERS_CUSTOMER_H_

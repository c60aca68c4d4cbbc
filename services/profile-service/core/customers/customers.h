#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CUSTOMERS_CUSTOMERS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CUSTOMERS_CUSTOMERS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/time/clock.h"
#include "services/profile-service/core/changes/change_notifier.h"
#include "services/profile-service/core/customers/customer_store.h"

namespace clientele::profile {

struct CustomerPage {
  std::vector<Customer> customers;  // by id, ascending
  std::string next_page_token;      // empty on the last page
};

// The rules about customers: what is valid, what may change.
//
//   Customers customers(&store, &notifier, clock);   // all borrowed
//   CLIENTELE_ASSIGN_OR_RETURN(Customer c, customers.Create(context, mutation, c, false));
//
// Thread-safe. A request that breaks a limit is INVALID_ARGUMENT with every
// wrong field and changes nothing. Other failures are CustomerStore's.
class Customers {
 public:
  Customers(CustomerStore* store, ChangeNotifier* notifier, const Clock* clock)
      : store_(store), notifier_(notifier), clock_(clock) {}

  absl::StatusOr<Customer> Create(const RequestContext& context, const MutationId& mutation,
                                  Customer customer, bool validate_only);
  // 1 to 1000 customers; one bad one refuses all.
  absl::StatusOr<CustomerBatchOutcome> CreateMany(const RequestContext& context,
                                                  const MutationId& mutation,
                                                  std::vector<Customer> customers);
  absl::StatusOr<Customer> Get(const RequestContext& context, absl::string_view id);
  // `page_size` is 1 to 1000.
  absl::StatusOr<CustomerPage> List(const RequestContext& context, int page_size,
                                    absl::string_view page_token);
  absl::StatusOr<Customer> Update(const RequestContext& context, const MutationId& mutation,
                                  const CustomerUpdate& update, bool validate_only);
  absl::Status Delete(const RequestContext& context, const MutationId& mutation,
                      absl::string_view id, absl::string_view etag);

 private:
  CustomerStore* const store_;
  ChangeNotifier* const notifier_;
  const Clock* const clock_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CUSTOMERS_CUSTOMERS_H_

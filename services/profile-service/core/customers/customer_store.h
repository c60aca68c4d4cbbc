#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CUSTOMERS_CUSTOMER_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CUSTOMERS_CUSTOMER_STORE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/executor/request_context.h"
#include "common/idempotency/mutation_id.h"
#include "services/profile-service/core/customers/customer.h"

namespace clientele::profile {

struct CustomerBatchOutcome {
  int64_t created = 0;
  int64_t existing = 0;
};

// Where customers are kept. Each mutation is one transaction, runs at most once
// per MutationId (the same id again returns the first result) and appends what
// followers need to the change feed. Thread-safe. UNAVAILABLE
// (DATABASE_UNAVAILABLE) while the store cannot be reached.
class CustomerStore {
 public:
  virtual ~CustomerStore() = default;

  // Gives a customer its id for good: ALREADY_EXISTS when it has ever been used.
  virtual absl::StatusOr<Customer> Create(const RequestContext& context, const MutationId& mutation,
                                          const Customer& customer) = 0;
  // Creates those whose ids were never used; the others, deleted ones too, and
  // repetitions within the batch count as existing.
  virtual absl::StatusOr<CustomerBatchOutcome> CreateMany(
      const RequestContext& context, const MutationId& mutation,
      const std::vector<Customer>& customers) = 0;
  // NOT_FOUND when there is none, or when it has been deleted.
  virtual absl::StatusOr<Customer> Get(const RequestContext& context, absl::string_view id) = 0;
  // OK when the id is free; ALREADY_EXISTS when it has ever been used.
  virtual absl::Status CheckFree(const RequestContext& context, absl::string_view id) = 0;
  // Up to `limit` customers with ids above `after_id`, ascending by byte.
  virtual absl::StatusOr<std::vector<Customer>> List(const RequestContext& context,
                                                     absl::string_view after_id, int limit) = 0;
  // Replaces the customer by what `change` makes of it, under a lock against
  // other updates. `change` may run more than once.
  virtual absl::StatusOr<Customer> Update(
      const RequestContext& context, const MutationId& mutation, absl::string_view id,
      absl::FunctionRef<absl::StatusOr<Customer>(Customer)> change) = 0;
  // Deletes the customer, everybody who is one person with them, and everything known about
  // them. NOT_FOUND without the
  // customer, ABORTED (ETAG_MISMATCH) when a non-empty etag is not current.
  virtual absl::Status Delete(const RequestContext& context, const MutationId& mutation,
                              absl::string_view id, absl::string_view etag) = 0;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CUSTOMERS_CUSTOMER_STORE_H_

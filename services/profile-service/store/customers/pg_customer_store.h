#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CUSTOMERS_PG_CUSTOMER_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CUSTOMERS_PG_CUSTOMER_STORE_H_

#include <set>
#include <string>
#include <vector>

#include "common/crypto/cipher.h"
#include "common/idempotency/ledger.h"
#include "common/postgres/connection_pool.h"
#include "common/time/clock.h"
#include "services/profile-service/core/customers/customer_store.h"

namespace clientele::profile {

// CustomerStore::Get() within a transaction.
absl::StatusOr<Customer> ReadCustomer(postgres::Transaction& transaction,
                                      const crypto::Cipher& cipher, absl::string_view id);

// Customers in profile.customers, personal columns encrypted. A deleted customer
// leaves a keyed hash of the id in profile.tombstones, which keeps the id from being
// used again.
//
// Locks: Delete holds off merges, then takes the rows of the customer and of those merged with
// them FOR UPDATE, in the order of their ids, which waits for inserts of their events (they hold
// them FOR KEY SHARE) and keeps further ones out.
class PgCustomerStore final : public CustomerStore {
 public:
  // All borrowed; they outlive the store.
  PgCustomerStore(postgres::ConnectionPool* pool, const Ledger* ledger,
                  const crypto::Cipher* cipher, const Clock* clock)
      : pool_(pool), ledger_(ledger), cipher_(cipher), clock_(clock) {}

  absl::StatusOr<Customer> Create(const RequestContext& context, const MutationId& mutation,
                                  const Customer& customer) override;
  absl::StatusOr<CustomerBatchOutcome> CreateMany(const RequestContext& context,
                                                  const MutationId& mutation,
                                                  const std::vector<Customer>& customers) override;
  absl::StatusOr<Customer> Get(const RequestContext& context, absl::string_view id) override;
  absl::Status CheckFree(const RequestContext& context, absl::string_view id) override;
  absl::StatusOr<std::vector<Customer>> List(const RequestContext& context,
                                             absl::string_view after_id, int limit) override;
  absl::StatusOr<Customer> Update(
      const RequestContext& context, const MutationId& mutation, absl::string_view id,
      absl::FunctionRef<absl::StatusOr<Customer>(Customer)> change) override;
  absl::Status Delete(const RequestContext& context, const MutationId& mutation,
                      absl::string_view id, absl::string_view etag) override;

 private:
  // Takes ids that a tombstone holds out of the rows just inserted, and out of `created`.
  absl::Status DropDeleted(postgres::Transaction& transaction,
                           std::set<std::string>& created) const;
  absl::StatusOr<CustomerBatchOutcome> InsertMany(postgres::Transaction& transaction,
                                                  const std::vector<Customer>& customers) const;
  absl::Status Erase(postgres::Transaction& transaction, absl::string_view id,
                     absl::string_view etag) const;

  postgres::ConnectionPool* const pool_;
  const Ledger* const ledger_;
  const crypto::Cipher* const cipher_;
  const Clock* const clock_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CUSTOMERS_PG_CUSTOMER_STORE_H_

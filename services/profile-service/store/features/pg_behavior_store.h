#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_FEATURES_PG_BEHAVIOR_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_FEATURES_PG_BEHAVIOR_STORE_H_

#include <mutex>
#include <string>
#include <vector>

#include "common/crypto/cipher.h"
#include "common/postgres/connection_pool.h"
#include "common/postgres/transaction.h"
#include "services/profile-service/core/features/behavior.h"

namespace clientele::profile {

// Of a customer's texts: the vector of each, or one of their direction where that is stored.
enum class TextReading { kEach, kPooled };

// BehaviorStore::Read() within a transaction, which reads of one moment (repeatable read).
absl::StatusOr<CustomerBehavior> ReadBehavior(postgres::Transaction& transaction,
                                              const crypto::Cipher& cipher,
                                              absl::string_view customer_id, absl::Time now,
                                              const AffinityModel& affinity,
                                              const SignalQuery& texts,
                                              TextReading wanted = TextReading::kEach);

// The summaries of several persons alone, in a few statements whatever their number; each is given
// by its customers. Parts that are not wanted may be empty. Within a transaction of one moment.
absl::StatusOr<std::vector<BehaviorSummary>> ReadSummaries(
    postgres::Transaction& transaction, const std::vector<std::vector<std::string>>& persons,
    absl::Time now, const AffinityModel& affinity, const BehaviorParts& parts);

// Reads the sums of behavior_sums_table.h, and the events themselves where those are not complete.
class PgBehaviorStore final : public BehaviorStore {
 public:
  // Both borrowed; they outlive the store.
  PgBehaviorStore(postgres::ConnectionPool* pool, const crypto::Cipher* cipher)
      : pool_(pool), cipher_(cipher) {}

  absl::StatusOr<CustomerBehavior> Read(const RequestContext& context,
                                        absl::string_view customer_id, absl::Time now,
                                        const AffinityModel& affinity,
                                        const SignalQuery& texts) override;
  absl::StatusOr<int> RebuildSums(const RequestContext& context, const AffinityModel& affinity,
                                  int max_customers) override;

 private:
  // Customers whose sums are to be made again: those that are marked and, once after the start,
  // some of those whose sums are of another half-life.
  absl::StatusOr<std::vector<std::string>> FindIncomplete(const RequestContext& context,
                                                          const AffinityModel& affinity, int limit);

  postgres::ConnectionPool* const pool_;
  const crypto::Cipher* const cipher_;
  std::mutex scan_mutex_;
  std::string scanned_to_;  // a customer
  bool scanned_all_ = false;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_FEATURES_PG_BEHAVIOR_STORE_H_
